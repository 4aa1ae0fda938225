-- One table's CSV of stream_to_s3 (S3_FORMAT=csv), loaded by Snowpipe into typed columns. Safe to run again.
--
-- csv_columns are the columns as CREATE TABLE has them, named as CSV_COLUMNS names them. Give each NUMBER its scale:
-- NUMBER alone has none, and 25.9 would become 26; digits behind the scale are rounded off without a word. A column
-- that the header does not have stays NULL, and one that the table does not have is left out.
--   -D "csv_columns=city VARCHAR, celsius NUMBER(10, 4), __sequence_number VARCHAR"
--
-- A value that does not fit its column refuses its whole file (SKIP_FILE), as COPY_HISTORY and …_CSV_NOT_LOADED tell.

USE ROLE <% admin_role %>;
CREATE TABLE IF NOT EXISTS <% database %>.<% raw_schema %>.<% name %>_CSV (
    <% csv_columns %>,
    file_name VARCHAR NOT NULL,
    file_row_number NUMBER(38, 0) NOT NULL,
    loaded_at TIMESTAMP_LTZ NOT NULL
);

CREATE PIPE IF NOT EXISTS <% database %>.<% raw_schema %>.<% name %>_CSV_PIPE
AUTO_INGEST = TRUE
AS
COPY INTO <% database %>.<% raw_schema %>.<% name %>_CSV
FROM @<% database %>.<% raw_schema %>.STREAM_STAGE/<% table %>/
PATTERN = '.*dt=[0-9]{8}/.*[.]csv'
FILE_FORMAT = (FORMAT_NAME = '<% database %>.<% raw_schema %>.LINES_CSV')
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
INCLUDE_METADATA = (
    file_name = METADATA$FILENAME, file_row_number = METADATA$FILE_ROW_NUMBER, loaded_at = METADATA$START_SCAN_TIME
)
ON_ERROR = SKIP_FILE;

CREATE OR REPLACE VIEW <% database %>.<% raw_schema %>.<% name %>_CSV_NOT_LOADED COPY GRANTS AS
SELECT
    staged.relative_path,
    staged.size,
    staged.last_modified
FROM DIRECTORY(@<% database %>.<% raw_schema %>.STREAM_STAGE) AS staged
WHERE
    STARTSWITH(staged.relative_path, '<% table %>/')
    AND ENDSWITH(staged.relative_path, '.csv')
    AND NOT EXISTS (
        SELECT 1
        FROM <% database %>.<% raw_schema %>.<% name %>_CSV AS loaded
        WHERE loaded.file_name = 'stream/' || staged.relative_path
    );

-- S3 must send its events to the queue in the column notification_channel (README.md).
SHOW PIPES LIKE '<% name %>_CSV_PIPE' IN SCHEMA <% database %>.<% raw_schema %>;

ALTER PIPE <% database %>.<% raw_schema %>.<% name %>_CSV_PIPE REFRESH;
