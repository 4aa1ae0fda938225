-- The newest state of a table's items, out of the table's folder in the lake: the snapshot that export_to_lake or
-- `lakefeed backfill` wrote to dt=00000000, joined with the changes of the stream and of incremental exports.
-- For Snowflake.
--
-- Its placeholders are variables of Snowflake's command (`snow`, version 3):
--
--   name             the view is NAME_NEWEST, upon the external table NAME_LINES, both in the session's schema
--   location         a stage and a path in it, such as LAKE_STAGE/orders/ with its slash: the folder of this one table,
--                    in which dt=… lies
--   partition_key    the key's attribute, as it stands in the lines (in lower case where LINE_NAMES is `lower`)
--   sort_key         the sort key's; the partition key's again where the table has none
--   metadata_prefix  that of the lines. No attribute's own name may begin with it: choose another one then.
--                    The lines are `flat` and have their operation, sequence_number and event_time_ms.
--   from_dt          the UTC day (20251120) of the oldest full export in dt=00000000: what changed before it counts no
--                    more, and files of older days are not read. (The view has no dt to filter by: that would bring
--                    older states back.)
--
--   snow sql -f deploy/sql/newest_state.snowflake.sql -D name=ORDERS -D location=LAKE_STAGE/orders/ \
--       -D partition_key=id -D sort_key=id -D metadata_prefix=__ -D from_dt=20251120
--   CREATE VIEW ORDERS AS
--       SELECT item:"id"::VARCHAR AS id, item:"total"::NUMBER(38, 2) AS total FROM ORDERS_NEWEST;
--
-- The table knows the files that were there when it was made: ALTER EXTERNAL TABLE … REFRESH reads the folder again, or
-- the bucket's events do with AUTO_REFRESH = TRUE.
-- Numbers: NUMBER alone means no places behind the point, and 25.9 becomes 26: always give the scale, and one that holds
-- the number. A VARIANT holds 38 digits, of which up to 37 behind the point. DynamoDB's numbers reach further (1E-130),
-- and those become a DOUBLE in it, as do those with an exponent; where that matters, have them as text
-- (LINE_NUMBERS=text), above all for a key.
--
-- The rule, for each key:
--   1. of the lines with a sequence number (the stream's) the one with the highest: the longer number without its
--      leading zeros, else the greater text;
--   2. of the lines without one (the exports') the one with the latest event time; at a tie no INSERT, since a snapshot
--      holds what was written before its time, and an increment what was written from there on;
--   3. of these two the stream's, unless its event time is before the second of the other's: a stream's times may be
--      whole seconds, and an export's are finer.
-- Where that is a REMOVE, the item is gone. (One ranking of all lines could not do this: the times of a stream's lines
-- need not follow their numbers.) `lakefeed verify` goes by the same rule.

CREATE EXTERNAL TABLE IF NOT EXISTS <% name %>_LINES (
    dt VARCHAR AS (SPLIT_PART(SPLIT_PART('/' || METADATA$FILENAME, '/dt=', 2), '/', 1))
)
PARTITION BY (dt)
LOCATION = @<% location %>
REFRESH_ON_CREATE = TRUE
AUTO_REFRESH = FALSE
PATTERN = '.*dt=[0-9]{8}/.*[.]json[.]gz'
FILE_FORMAT = (TYPE = JSON);

CREATE OR REPLACE VIEW <% name %>_NEWEST COPY GRANTS AS
WITH changes AS (
    SELECT
        value:"<% partition_key %>"::VARCHAR AS partition_key,
        value:"<% sort_key %>"::VARCHAR AS sort_key,
        value:"<% metadata_prefix %>operation"::VARCHAR AS operation,
        LTRIM(value:"<% metadata_prefix %>sequence_number"::VARCHAR, '0') AS sequence_number,
        value:"<% metadata_prefix %>event_time_ms"::NUMBER(38, 0) AS event_time_ms,
        value AS item
    FROM <% name %>_LINES
    WHERE dt = '00000000' OR dt >= '<% from_dt %>'
),

last_of_each_source AS (
    SELECT *
    FROM changes
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

SELECT partition_key, sort_key, operation, sequence_number, event_time_ms, item
FROM newest
WHERE operation <> 'REMOVE';
