-- One table's newest state as a dynamic table, upon the landing table of 04_load_json.sql; the same rule as the view of
-- ../newest_state.snowflake.sql, which is there without Snowpipe. This one, or 07_newest_state_task.sql. Safe to run
-- again; to change it, drop the dynamic table first. The lines are `flat` and have their keys at the top.
--
-- The rule, for each key: of the stream's lines the one with the highest sequence number (text: the longer one without
-- leading zeros, else the greater); of the exports' lines the latest, at a tie no INSERT; of these two the stream's,
-- unless its time is before the second of the other's. Where that is a REMOVE, the item is gone. Lines that were loaded
-- twice, or in another order, end in the same state.

USE ROLE <% admin_role %>;
CREATE DYNAMIC TABLE IF NOT EXISTS <% database %>.<% view_schema %>.<% name %>_LATEST
TARGET_LAG = '<% lag %>'
WAREHOUSE = <% warehouse %>
AS
WITH lines AS (
    SELECT
        record:"<% partition_key %>"::VARCHAR AS partition_key,
        record:"<% sort_key %>"::VARCHAR AS sort_key,
        record:"<% metadata_prefix %>operation"::VARCHAR AS operation,
        LTRIM(record:"<% metadata_prefix %>sequence_number"::VARCHAR, '0') AS sequence_number,
        record:"<% metadata_prefix %>event_time_ms"::NUMBER(38, 0) AS event_time_ms,
        record AS item,
        SPLIT_PART(SPLIT_PART('/' || file_name, '/dt=', 2), '/', 1) AS dt
    FROM <% database %>.<% raw_schema %>.<% name %>_CHANGES
),

last_of_each_source AS (
    SELECT *
    FROM lines
    WHERE dt = '00000000' OR dt >= '<% from_dt %>'
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY partition_key, sort_key, sequence_number IS NULL
        ORDER BY
            LENGTH(sequence_number) DESC,
            sequence_number DESC,
            event_time_ms DESC,
            CASE WHEN operation = 'INSERT' THEN 1 ELSE 0 END
    ) = 1
),

newest AS (
    SELECT *
    FROM last_of_each_source
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY partition_key, sort_key
        ORDER BY
            CASE WHEN sequence_number IS NULL THEN event_time_ms - event_time_ms % 1000 ELSE event_time_ms END DESC,
            CASE WHEN sequence_number IS NULL THEN 1 ELSE 0 END
    ) = 1
)

SELECT
    partition_key,
    sort_key,
    operation,
    sequence_number,
    event_time_ms,
    item
FROM newest
WHERE operation <> 'REMOVE';
