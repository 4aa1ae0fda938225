-- External tables over DynamoDB's exports (exports/AWSDynamoDB/<export id>/…), of all tables that export there. Safe to
-- run again; 06_export_views.sql takes them apart, table by table.
--
-- The patterns leave out _started, the checksums, and manifest-files.json. Nothing is refreshed by S3's events: the data
-- files are always read before the manifests, so that whatever manifest is known has all its data known as well.
-- option_export_refresh.sql does the last two statements on a schedule.

USE ROLE <% admin_role %>;
CREATE EXTERNAL TABLE IF NOT EXISTS <% database %>.<% raw_schema %>.EXPORT_ITEMS (
    export_id VARCHAR AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, 'AWSDynamoDB/', 2), '/', 1))
)
PARTITION BY (export_id)
LOCATION = @<% database %>.<% raw_schema %>.EXPORT_STAGE/
REFRESH_ON_CREATE = FALSE
AUTO_REFRESH = FALSE
PATTERN = '.*AWSDynamoDB/[^/]+/data/[^/]+[.]json[.]gz'
FILE_FORMAT = (TYPE = JSON COMPRESSION = GZIP);

CREATE EXTERNAL TABLE IF NOT EXISTS <% database %>.<% raw_schema %>.EXPORT_MANIFESTS (
    export_id VARCHAR AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, 'AWSDynamoDB/', 2), '/', 1)),
    table_arn VARCHAR AS (value:"tableArn"::VARCHAR),
    export_time TIMESTAMP_NTZ AS (TRY_TO_TIMESTAMP_NTZ(value:"exportTime"::VARCHAR)),
    export_type VARCHAR AS (COALESCE(value:"exportType"::VARCHAR, 'FULL_EXPORT')),
    output_format VARCHAR AS (value:"outputFormat"::VARCHAR),
    item_count NUMBER(38, 0) AS (value:"itemCount"::NUMBER(38, 0))
)
LOCATION = @<% database %>.<% raw_schema %>.EXPORT_STAGE/
REFRESH_ON_CREATE = FALSE
AUTO_REFRESH = FALSE
PATTERN = '.*AWSDynamoDB/[^/]+/manifest-summary[.]json'
FILE_FORMAT = (TYPE = JSON COMPRESSION = NONE);

ALTER EXTERNAL TABLE <% database %>.<% raw_schema %>.EXPORT_ITEMS REFRESH;
ALTER EXTERNAL TABLE <% database %>.<% raw_schema %>.EXPORT_MANIFESTS REFRESH;
