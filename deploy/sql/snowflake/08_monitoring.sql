-- What to look at, for one table that 04_load_json.sql loads; for one of 04_load_csv.sql, _CSV stands for _CHANGES,
-- _CSV_NOT_LOADED for _NOT_LOADED and _CSV_PIPE for _PIPE. Each statement stands by itself; nothing is changed, but that
-- the stage's directory is read again.

USE ROLE <% admin_role %>;
-- Files of the last 7 days that were not loaded whole, with their first error. No row is as it should be.
SELECT
    file_name,
    status,
    first_error_message,
    first_error_line_number,
    error_count,
    row_count,
    last_load_time
FROM
    TABLE(
        <% database %>.INFORMATION_SCHEMA.COPY_HISTORY(
            TABLE_NAME => '<% database %>.<% raw_schema %>.<% name %>_CHANGES',
            START_TIME => DATEADD(DAY, -7, CURRENT_TIMESTAMP())
        )
    )
WHERE LOWER(status) <> 'loaded' OR error_count > 0
ORDER BY last_load_time DESC;

-- Files that lie in the bucket and were never loaded, whoever lost them. Wait a minute before you believe the newest.
ALTER STAGE <% database %>.<% raw_schema %>.<% feed %>_STAGE REFRESH SUBPATH = '<% table %>/';
SELECT
    relative_path,
    size,
    last_modified
FROM <% database %>.<% raw_schema %>.<% name %>_NOT_LOADED
ORDER BY last_modified;

-- The pipe: executionState should be RUNNING, pendingFileCount small, lastReceivedMessageTimestamp recent. After
-- STOPPED_STAGE_DROPPED or STALLED, mend the cause and REFRESH the pipe.
SELECT SYSTEM$PIPE_STATUS('<% database %>.<% raw_schema %>.<% name %>_PIPE') AS pipe_status;

-- How far behind the newest loaded change is.
SELECT
    MAX(loaded_at) AS last_loaded_at,
    MAX(record:"<% metadata_prefix %>event_time_ms"::NUMBER(38, 0)) AS last_event_time_ms,
    COUNT(*) AS rows_loaded
FROM <% database %>.<% raw_schema %>.<% name %>_CHANGES;

-- The exports: is_whole should be true for each that the lifecycle rule has left.
SELECT
    export_id,
    export_time,
    item_count,
    items_found,
    is_whole
FROM <% database %>.<% raw_schema %>.<% name %>_EXPORTS
ORDER BY export_time DESC;

-- What the exports' external table took in and let go. Rows whose operation_status is not REGISTERED_NEW,
-- REGISTERED_UPDATE or UNREGISTERED were not taken.
SELECT
    file_name,
    operation_status,
    message,
    job_created_time
FROM
    TABLE(
        <% database %>.INFORMATION_SCHEMA.EXTERNAL_TABLE_FILE_REGISTRATION_HISTORY(
            TABLE_NAME => '<% database %>.<% raw_schema %>.EXPORT_ITEMS',
            START_TIME => DATEADD(DAY, -7, CURRENT_TIMESTAMP())
        )
    )
ORDER BY job_created_time DESC;

-- Tables that the function keeps: a column `invalid` of true, with its reason, is a table that cannot be read.
SHOW EXTERNAL TABLES IN SCHEMA <% database %>.<% catalog_schema %>;

-- The merge of 07_newest_state_task.sql. A failed run loses nothing: the next one takes its changes along.
SELECT
    name,
    state,
    error_message,
    scheduled_time,
    completed_time
FROM
    TABLE(
        <% database %>.INFORMATION_SCHEMA.TASK_HISTORY(
            TASK_NAME => '<% name %>_MERGE', SCHEDULED_TIME_RANGE_START => DATEADD(DAY, -1, CURRENT_TIMESTAMP())
        )
    )
WHERE state NOT IN ('SUCCEEDED', 'SKIPPED', 'SCHEDULED', 'EXECUTING')
ORDER BY scheduled_time DESC;

-- Refreshes of 07_newest_state_dynamic.sql that failed.
SELECT
    name,
    state,
    state_message,
    refresh_start_time
FROM
    TABLE(
        <% database %>.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY(
            NAME => '<% database %>.<% view_schema %>.<% name %>_LATEST', ERROR_ONLY => TRUE
        )
    )
ORDER BY refresh_start_time DESC;

-- What automatic refreshes took in, and what they cost, table by table. One that has AUTO_REFRESH and is not here gets
-- no events from S3. Only ACCOUNTADMIN sees this, or a role with MONITOR USAGE; without an end, today is left out.
USE ROLE ACCOUNTADMIN;
SELECT
    object_name,
    SUM(files_registered) AS files_registered,
    SUM(credits_used::NUMBER(38, 9)) AS credits_used,
    MAX(end_time) AS last_refresh
FROM
    TABLE(
        <% database %>.INFORMATION_SCHEMA.AUTO_REFRESH_REGISTRATION_HISTORY(
            DATE_RANGE_START => DATEADD(DAY, -7, CURRENT_TIMESTAMP()),
            DATE_RANGE_END => CURRENT_TIMESTAMP(),
            OBJECT_TYPE => 'EXTERNAL_TABLE'
        )
    )
GROUP BY object_name
ORDER BY object_name;
