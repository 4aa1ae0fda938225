-- The newest state of a table's items, out of the table's folder in the lake: the snapshot that export_to_lake or
-- `lakefeed backfill` wrote to dt=00000000, joined with the changes of the stream and of incremental exports.
-- For Athena, engine version 3.
--
-- Three statements, which Athena takes one at a time. Its placeholders are filled in by envsubst, Terraform's
-- templatefile(), or CloudFormation's Fn::Sub:
--
--   DATABASE         the Glue database
--   TABLE            the view is ${TABLE}_newest, upon the tables ${TABLE}_snapshot and ${TABLE}_changes
--   LOCATION         s3://lake/orders/ with its slash: the folder of this one table, in which dt=… lies
--   PARTITION_KEY    the key's attribute, as it stands in the lines (in lower case where LINE_NAMES is `lower`)
--   SORT_KEY         the sort key's; the partition key's again where the table has none
--   METADATA_PREFIX  that of the lines. No attribute's own name may begin with it: choose another one then.
--                    The lines are `flat` and have their operation, sequence_number and event_time_ms.
--   FROM_DT          the UTC day (20251120) of the oldest full export in dt=00000000: what changed before it counts no
--                    more, and older days are not read. (The view has no dt to filter by: that would bring older states
--                    back.)
--
--   DATABASE=lake TABLE=orders LOCATION=s3://lake/orders/ PARTITION_KEY=id SORT_KEY=id METADATA_PREFIX=__ \
--       FROM_DT=20251120 envsubst < deploy/sql/newest_state.athena.sql
--   CREATE VIEW orders AS
--       SELECT json_extract_scalar(line, '$.id') AS id,
--              CAST(json_extract_scalar(line, '$.total') AS decimal(38, 2)) AS total
--       FROM orders_newest
--
-- The tables have each line as one text, so that no type is fixed and no digit lost: json_extract_scalar gives a
-- number's own text. A cast to decimal(38, s) is exact when s places hold the number; fewer round it.
-- Days need no ALTER TABLE nor a crawler: they are projected from FROM_DT to today.
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

CREATE EXTERNAL TABLE IF NOT EXISTS `${DATABASE}`.`${TABLE}_snapshot` (`line` string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\001'
STORED AS TEXTFILE
LOCATION '${LOCATION}dt=00000000/';

CREATE EXTERNAL TABLE IF NOT EXISTS `${DATABASE}`.`${TABLE}_changes` (`line` string)
PARTITIONED BY (`dt` string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\001'
STORED AS TEXTFILE
LOCATION '${LOCATION}'
TBLPROPERTIES (
    'projection.enabled' = 'true',
    'projection.dt.type' = 'date',
    'projection.dt.format' = 'yyyyMMdd',
    'projection.dt.range' = '${FROM_DT},NOW'
);

CREATE OR REPLACE VIEW "${DATABASE}"."${TABLE}_newest" AS
WITH lines AS (
    SELECT line FROM "${DATABASE}"."${TABLE}_snapshot"
    UNION ALL
    SELECT line FROM "${DATABASE}"."${TABLE}_changes"
    WHERE dt >= '${FROM_DT}'
),

changes AS (
    SELECT
        json_extract_scalar(line, '$["${PARTITION_KEY}"]') AS partition_key,
        json_extract_scalar(line, '$["${SORT_KEY}"]') AS sort_key,
        json_extract_scalar(line, '$["${METADATA_PREFIX}operation"]') AS operation,
        regexp_replace(
            json_extract_scalar(line, '$["${METADATA_PREFIX}sequence_number"]'), '^0+', ''
        ) AS sequence_number,
        CAST(json_extract_scalar(line, '$["${METADATA_PREFIX}event_time_ms"]') AS bigint) AS event_time_ms,
        line
    FROM lines
),

ranked_by_source AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY partition_key, sort_key, sequence_number IS NULL
            ORDER BY
                length(sequence_number) DESC,
                sequence_number DESC,
                event_time_ms DESC,
                CASE WHEN operation = 'INSERT' THEN 1 ELSE 0 END
        ) AS source_rank
    FROM changes
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY partition_key, sort_key
            ORDER BY
                CASE WHEN sequence_number IS NULL THEN event_time_ms - event_time_ms % 1000 ELSE event_time_ms END DESC,
                CASE WHEN sequence_number IS NULL THEN 1 ELSE 0 END
        ) AS final_rank
    FROM ranked_by_source
    WHERE source_rank = 1
)

SELECT partition_key, sort_key, operation, sequence_number, event_time_ms, line
FROM ranked
WHERE final_rank = 1 AND operation <> 'REMOVE';
