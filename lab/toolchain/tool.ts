import type { PublishedFile } from '../../downloads/release.ts';

/** One tool: how to recognise it and every way to get it. */
export interface Tool {
  /** Name of the tool and of its binary. */
  name: string;
  version: string;
  /** Arguments that make it print its version. */
  versionArgs: readonly string[];
  /** Finds the version in what it prints; group 1. */
  versionPattern: RegExp;
  download?: Download;
  build?: GoBuild;
  wheel?: Wheel;
}

/** An official release of a tool. */
export interface Download extends PublishedFile {
  /** Path of the binary in the archive; left out when the download is the binary itself. */
  member?: string;
}

/** A Go program, built from a pinned module of ours. */
export interface GoBuild {
  /** Absolute directory of the `go.mod`. */
  directory: string;
  package: string;
  ldflags: readonly string[];
  tags: readonly string[];
}

/** A binary that comes in a Python wheel. */
export interface Wheel {
  /** Absolute path of a requirements file with hashes. */
  requirements: string;
  /** Path of the binary below the installation directory. */
  member: string;
}

/** Where releases are published; replaced in tests and by mirrors. */
export interface Origins {
  github: string;
  kubernetes: string;
  helm: string;
}

/** A processor architecture as release file names spell it. */
export type Architecture = 'amd64' | 'arm64';
