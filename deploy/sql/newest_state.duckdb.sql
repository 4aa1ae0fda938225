-- The newest state of a table's items, out of the table's folder in the lake: the snapshot that export_to_lake or
-- `lakefeed backfill` wrote to dt=00000000, joined with the changes of the stream and of incremental exports.
-- For DuckDB.
--
--   .read deploy/sql/newest_state.duckdb.sql
--   FROM newest_state('s3://lake/orders', 'id', sort_key_name := 'rank', from_dt := '20251120');
--   CREATE VIEW orders AS
--       SELECT item ->> '$.id' AS id, (item ->> '$.total')::DECIMAL(38, 2) AS total
--       FROM newest_state('s3://lake/orders', 'id');
--
-- folder              of this one table, local or s3:// (with INSTALL httpfs); in it lie the files dt=…/….json.gz
-- partition_key_name  the key's attribute, as it stands in the lines (in lower case where LINE_NAMES is `lower`)
-- sort_key_name       the sort key's, where the table has one
-- prefix              METADATA_PREFIX of the lines. No attribute's own name may begin with it: choose another one then.
--                     The lines are `flat` and have their operation, sequence_number and event_time_ms.
-- from_dt             the UTC day of the oldest full export in dt=00000000: what changed before it counts no more, and
--                     files of older days are not opened. Without it all are read. (The result has no dt to filter by:
--                     that would bring older states back.)
--
-- Columns: partition_key, sort_key, operation, sequence_number, event_time_ms, item, line. `item` is the line as JSON
-- with its numbers as text, since DuckDB's JSON takes fractions through a double: 17 digits of DynamoDB's 38. A cast
-- to DECIMAL(38, s) is exact when s places hold the number; fewer round it. `line` is the line as it stands.
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

-- A text stands between quotes already, and a number gets them. U+0001 never stands in JSON by itself.
CREATE OR REPLACE MACRO json_numbers_as_text(json_text) AS
    replace(
        replace(
            regexp_replace(
                json_text,
                '("(?:[^"\\]|\\.)*")|(-?[0-9][0-9.eE+-]*)', '\1' || chr(1) || '\2' || chr(1), 'g'
            ),
            chr(1) || chr(1), ''
        ),
        chr(1), '"'
    );

CREATE OR REPLACE MACRO json_pointer(attribute_name) AS
    '/' || replace(replace(attribute_name, '~', '~0'), '/', '~1');

-- An attribute's own text. Whole numbers keep their digits by themselves.
CREATE OR REPLACE MACRO json_exact_text(json_line, attribute_name) AS
    CASE
        WHEN json_type(json_line, json_pointer(attribute_name)) = 'DOUBLE'
            THEN json_numbers_as_text(json_line::VARCHAR)::JSON ->> json_pointer(attribute_name)
        ELSE json_line ->> json_pointer(attribute_name)
    END;

-- No column may have a parameter's name: a macro puts its arguments everywhere.
CREATE OR REPLACE MACRO newest_state(
    folder, partition_key_name, sort_key_name := NULL, prefix := '__', from_dt := '00000000'
) AS TABLE
WITH lines AS (
    SELECT json AS json_line
    FROM read_ndjson_objects(
        rtrim(folder, '/') || '/dt=*/**/*.json.gz',
        filename = true, hive_partitioning = false, maximum_object_size = 67108864
    )
    WHERE
        regexp_extract(filename, '/dt=([0-9]{8})/', 1) = '00000000'
        OR regexp_extract(filename, '/dt=([0-9]{8})/', 1) >= from_dt
),

changes AS (
    SELECT
        json_exact_text(json_line, partition_key_name) AS partition_key,
        json_exact_text(json_line, coalesce(sort_key_name, partition_key_name)) AS sort_key,
        json_line ->> json_pointer(prefix || 'operation') AS operation,
        ltrim(json_line ->> json_pointer(prefix || 'sequence_number'), '0') AS sequence_number,
        (json_line ->> json_pointer(prefix || 'event_time_ms'))::BIGINT AS event_time_ms,
        json_line
    FROM lines
),

last_of_each_source AS (
    SELECT *
    FROM changes
    QUALIFY row_number() OVER (
        PARTITION BY partition_key, sort_key, sequence_number IS NULL
        ORDER BY length(sequence_number) DESC, sequence_number DESC, event_time_ms DESC, operation = 'INSERT'
    ) = 1
),

newest AS (
    SELECT *
    FROM last_of_each_source
    QUALIFY row_number() OVER (
        PARTITION BY partition_key, sort_key
        ORDER BY
            CASE WHEN sequence_number IS NULL THEN event_time_ms - event_time_ms % 1000 ELSE event_time_ms END DESC,
            sequence_number IS NULL
    ) = 1
)

SELECT
    partition_key,
    sort_key,
    operation,
    sequence_number,
    event_time_ms,
    json_numbers_as_text(json_line::VARCHAR)::JSON AS item,
    json_line::VARCHAR AS line
FROM newest
WHERE operation <> 'REMOVE';
