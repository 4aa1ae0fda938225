-- One table's change lines, loaded by Snowpipe as S3 tells of each file. Safe to run again.
--
-- Each row says where it came from, so that a file can be read again and a repeat can be told. A VARIANT holds 38
-- digits; numbers with an exponent become a DOUBLE in it: LINE_NUMBERS=text keeps those.
--
-- A file with a line that is no JSON is not loaded at all (SKIP_FILE), and told by COPY_HISTORY and by the view
-- …_NOT_LOADED below. CONTINUE would load its other lines, and the bad one would be missed by nobody.

USE ROLE <% admin_role %>;
CREATE TABLE IF NOT EXISTS <% database %>.<% raw_schema %>.<% name %>_CHANGES (
    record VARIANT NOT NULL,
    file_name VARCHAR NOT NULL,
    file_row_number NUMBER(38, 0) NOT NULL,
    loaded_at TIMESTAMP_LTZ NOT NULL
);

-- A pipe's COPY may not have a WHERE or CURRENT_TIMESTAMP. Its definition cannot be changed: drop it and run this again,
-- and the newest state stays right, since lines that are loaded twice do not count twice there.
CREATE PIPE IF NOT EXISTS <% database %>.<% raw_schema %>.<% name %>_PIPE
AUTO_INGEST = TRUE
AS
COPY INTO <% database %>.<% raw_schema %>.<% name %>_CHANGES (record, file_name, file_row_number, loaded_at)
FROM (
    SELECT
        $1,
        METADATA$FILENAME,
        METADATA$FILE_ROW_NUMBER,
        METADATA$START_SCAN_TIME
    FROM @<% database %>.<% raw_schema %>.<% feed %>_STAGE/<% table %>/
)
PATTERN = '.*dt=[0-9]{8}/.*[.]json[.]gz'
FILE_FORMAT = (FORMAT_NAME = '<% database %>.<% raw_schema %>.LINES_JSON')
ON_ERROR = SKIP_FILE;

-- Files that lie there and are not loaded: S3's event was lost, the file was refused, or it is on its way. Read the
-- stage's directory first: ALTER STAGE … REFRESH.
CREATE OR REPLACE VIEW <% database %>.<% raw_schema %>.<% name %>_NOT_LOADED COPY GRANTS AS
SELECT
    staged.relative_path,
    staged.size,
    staged.last_modified
FROM DIRECTORY(@<% database %>.<% raw_schema %>.<% feed %>_STAGE) AS staged
WHERE
    STARTSWITH(staged.relative_path, '<% table %>/')
    AND ENDSWITH(staged.relative_path, '.json.gz')
    AND NOT EXISTS (
        SELECT 1
        FROM <% database %>.<% raw_schema %>.<% name %>_CHANGES AS loaded
        WHERE loaded.file_name = '<% feed %>/' || staged.relative_path
    );

-- S3 must send its events to the queue in the column notification_channel (README.md).
SHOW PIPES LIKE '<% name %>_PIPE' IN SCHEMA <% database %>.<% raw_schema %>;

-- What the last 7 days left behind. Older files: the same COPY INTO by hand, without the pipe.
ALTER PIPE <% database %>.<% raw_schema %>.<% name %>_PIPE REFRESH;
