#!/bin/sh
# Creates Temporal's two databases where they are missing and updates their schemas to this release's.
set -eu

prepare() {
  database=$1
  schema=$2
  # `create` and `setup-schema` fail on what is there already; `update-schema` then says whether all is well.
  temporal-sql-tool --db "$database" create || true
  temporal-sql-tool --db "$database" setup-schema -v 0.0 || true
  temporal-sql-tool --db "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$schema/versioned"
}

# temporal-sql-tool reads SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD.
prepare temporal temporal
prepare temporal_visibility visibility
