-- Stages and file formats. Safe to run again, and never with OR REPLACE: external tables and pipes hold on to the very
-- stage they were made with, and stop when it is replaced.

USE ROLE <% admin_role %>;

-- DynamoDB's exports; the lake of Firehose, export_to_lake and backfill; what stream_to_s3 writes. Each has a directory
-- table, so that what lies there can be compared with what was loaded (08_monitoring.sql).
CREATE STAGE IF NOT EXISTS <% database %>.<% raw_schema %>.EXPORT_STAGE
    URL = '<% bucket_url %>/exports/'
    STORAGE_INTEGRATION = <% integration %>
    DIRECTORY = (ENABLE = TRUE);
CREATE STAGE IF NOT EXISTS <% database %>.<% raw_schema %>.LAKE_STAGE
    URL = '<% bucket_url %>/lake/'
    STORAGE_INTEGRATION = <% integration %>
    DIRECTORY = (ENABLE = TRUE);
CREATE STAGE IF NOT EXISTS <% database %>.<% raw_schema %>.STREAM_STAGE
    URL = '<% bucket_url %>/stream/'
    STORAGE_INTEGRATION = <% integration %>
    DIRECTORY = (ENABLE = TRUE);

-- For the function's external tables: `stages.s3` of its secret names the lake's.
GRANT USAGE ON STAGE <% database %>.<% raw_schema %>.LAKE_STAGE TO ROLE <% sync_role %>;

-- A change a line, gzipped (LINE_SHAPE=flat or envelope), and the exports' data files.
CREATE FILE FORMAT IF NOT EXISTS <% database %>.<% raw_schema %>.LINES_JSON
    TYPE = JSON
    COMPRESSION = GZIP;

-- The exports' manifests, which are not compressed; for queries on the stage, as 05_exports.sql has its formats inline.
CREATE FILE FORMAT IF NOT EXISTS <% database %>.<% raw_schema %>.MANIFEST_JSON
    TYPE = JSON
    COMPRESSION = NONE;

-- What stream_to_s3 writes with S3_FORMAT=csv: RFC 4180 with a header, where "" is an empty text and nothing at all is
-- absent. NULL_IF is empty, since by default the text \N would be taken for NULL; ESCAPE_UNENCLOSED_FIELD is NONE, since
-- by default a backslash would be taken for an escape. PARSE_HEADER goes with MATCH_BY_COLUMN_NAME: the order of the
-- columns does not matter then.
CREATE FILE FORMAT IF NOT EXISTS <% database %>.<% raw_schema %>.LINES_CSV
    TYPE = CSV
    COMPRESSION = NONE
    PARSE_HEADER = TRUE
    FIELD_DELIMITER = ','
    RECORD_DELIMITER = '\n'
    MULTI_LINE = TRUE
    FIELD_OPTIONALLY_ENCLOSED_BY = '"'
    ESCAPE = NONE
    ESCAPE_UNENCLOSED_FIELD = NONE
    TRIM_SPACE = FALSE
    NULL_IF = ()
    EMPTY_FIELD_AS_NULL = TRUE
    BINARY_FORMAT = BASE64
    ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE;

-- The same by position ($1, $2, …), for queries on the stage and for external tables, which know no PARSE_HEADER. Of
-- files written with CSV_HEADER=false, SKIP_HEADER would lose the first row: set it to 0 there.
CREATE FILE FORMAT IF NOT EXISTS <% database %>.<% raw_schema %>.LINES_CSV_BY_POSITION
    TYPE = CSV
    COMPRESSION = NONE
    SKIP_HEADER = 1
    FIELD_DELIMITER = ','
    RECORD_DELIMITER = '\n'
    MULTI_LINE = TRUE
    FIELD_OPTIONALLY_ENCLOSED_BY = '"'
    ESCAPE = NONE
    ESCAPE_UNENCLOSED_FIELD = NONE
    TRIM_SPACE = FALSE
    NULL_IF = ()
    EMPTY_FIELD_AS_NULL = TRUE
    BINARY_FORMAT = BASE64
    ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE;
