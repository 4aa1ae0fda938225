-- One table's newest state by a stream and a task that merges, upon the landing table of 04_load_json.sql: the work
-- follows the changes, not the table's size. This one, or 07_newest_state_dynamic.sql, whose rule is the same. Safe to
-- run again. The lines are `flat` and have their keys at the top.
--
-- …_STATE has a row for each key and source: the last line of the stream, and the last line of the exports. A line is
-- taken when its rank is higher than that of the row that is there, so that lines may come twice, late, and in any
-- order; a REMOVE stays as a row, or an older line that comes late would bring the item back. Of the two rows, …_CURRENT
-- takes the one that counts.
--
-- A rank is a text. Of the stream: the length of the sequence number without its leading zeros, in four digits, then the
-- number itself; it has up to 40 digits, and NUMBER only 38. Of the exports: the event's time, then 0 for an INSERT and
-- 1 for what is none, since a snapshot holds what was written before its time.
--
-- What the task fails to merge stays in the stream, until it is stale (SHOW STREAMS: stale_after); a line without its key
-- fails it, since …_STATE takes none. Once it is stale, and after a change of from_dt: drop the stream, truncate …_STATE,
-- run this again. SHOW_INITIAL_ROWS brings every row once more.

USE ROLE ACCOUNTADMIN;
GRANT EXECUTE TASK ON ACCOUNT TO ROLE <% admin_role %>;
USE ROLE <% admin_role %>;
CREATE TABLE IF NOT EXISTS <% database %>.<% raw_schema %>.<% name %>_STATE (
    partition_key VARCHAR NOT NULL,
    sort_key VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    line_rank VARCHAR NOT NULL,
    operation VARCHAR NOT NULL,
    sequence_number VARCHAR,
    event_time_ms NUMBER(38, 0) NOT NULL,
    item VARIANT NOT NULL
);

CREATE STREAM IF NOT EXISTS <% database %>.<% raw_schema %>.<% name %>_CHANGES_STREAM
ON TABLE <% database %>.<% raw_schema %>.<% name %>_CHANGES
APPEND_ONLY = TRUE
SHOW_INITIAL_ROWS = TRUE;

CREATE OR REPLACE TASK <% database %>.<% raw_schema %>.<% name %>_MERGE
    WAREHOUSE = <% warehouse %>
    SCHEDULE = '<% schedule %>'
WHEN SYSTEM$STREAM_HAS_DATA('<% database %>.<% raw_schema %>.<% name %>_CHANGES_STREAM')
AS
    MERGE INTO <% database %>.<% raw_schema %>.<% name %>_STATE AS state
    USING (
        WITH lines AS (
            SELECT
                record:"<% partition_key %>"::VARCHAR AS partition_key,
                record:"<% sort_key %>"::VARCHAR AS sort_key,
                record:"<% metadata_prefix %>operation"::VARCHAR AS operation,
                LTRIM(record:"<% metadata_prefix %>sequence_number"::VARCHAR, '0') AS sequence_number,
                record:"<% metadata_prefix %>event_time_ms"::NUMBER(38, 0) AS event_time_ms,
                record AS item,
                SPLIT_PART(SPLIT_PART('/' || file_name, '/dt=', 2), '/', 1) AS dt
            FROM <% database %>.<% raw_schema %>.<% name %>_CHANGES_STREAM
        ),

        ranked AS (
            SELECT
                *,
                CASE WHEN sequence_number IS NULL THEN 'export' ELSE 'stream' END AS source,
                CASE
                    WHEN sequence_number IS NULL
                        THEN
                            LPAD(event_time_ms::VARCHAR, 20, '0')
                            || CASE WHEN operation = 'INSERT' THEN '0' ELSE '1' END
                    ELSE LPAD(LENGTH(sequence_number)::VARCHAR, 4, '0') || sequence_number
                END AS line_rank
            FROM lines
            WHERE dt = '00000000' OR dt >= '<% from_dt %>'
        )

        SELECT *
        FROM ranked
        QUALIFY ROW_NUMBER() OVER (PARTITION BY partition_key, sort_key, source ORDER BY line_rank DESC) = 1
    ) AS newest
        ON
            state.partition_key = newest.partition_key
            AND state.sort_key = newest.sort_key
            AND state.source = newest.source
    WHEN MATCHED AND newest.line_rank > state.line_rank THEN
        UPDATE SET
            line_rank = newest.line_rank,
            operation = newest.operation,
            sequence_number = newest.sequence_number,
            event_time_ms = newest.event_time_ms,
            item = newest.item
    WHEN NOT MATCHED THEN INSERT (
        partition_key, sort_key, source, line_rank, operation, sequence_number, event_time_ms, item
    )
    VALUES (
        newest.partition_key,
        newest.sort_key,
        newest.source,
        newest.line_rank,
        newest.operation,
        newest.sequence_number,
        newest.event_time_ms,
        newest.item
    );
ALTER TASK <% database %>.<% raw_schema %>.<% name %>_MERGE RESUME;

CREATE OR REPLACE VIEW <% database %>.<% view_schema %>.<% name %>_CURRENT COPY GRANTS AS
WITH newest AS (
    SELECT *
    FROM <% database %>.<% raw_schema %>.<% name %>_STATE
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY partition_key, sort_key
        ORDER BY
            CASE WHEN source = 'export' THEN event_time_ms - event_time_ms % 1000 ELSE event_time_ms END DESC,
            CASE WHEN source = 'export' THEN 1 ELSE 0 END
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
