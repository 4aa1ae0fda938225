-- Queries to begin with, upon the tables and the view of newest_state.athena.sql, for Athena (engine version 3); in
-- Redshift Spectrum the tables of the Glue Data Catalog are there under an external schema, and its json_extract_path_text
-- stands for json_extract_scalar. Placeholders as there: DATABASE, TABLE, PARTITION_KEY, METADATA_PREFIX, and
--
--   ATTRIBUTE  a number among the attributes, such as total
--   FROM_DT    the first UTC day, such as 20251120
--
-- Each statement stands by itself. Those on ${TABLE}_changes read the days from FROM_DT on, and no others.

-- How many changes of each kind came a day, of how many items, and how many lines are there twice.
SELECT
    dt,
    json_extract_scalar(line, '$["${METADATA_PREFIX}operation"]') AS operation,
    count(*) AS changes,
    count(*) - count(DISTINCT json_extract_scalar(line, '$["${METADATA_PREFIX}sequence_number"]')) AS repeats
FROM "${DATABASE}"."${TABLE}_changes"
WHERE dt >= '${FROM_DT}'
GROUP BY dt, json_extract_scalar(line, '$["${METADATA_PREFIX}operation"]')
ORDER BY dt, operation;

-- When in the day the changes come, by the hour (UTC).
SELECT
    hour(from_unixtime(CAST(json_extract_scalar(line, '$["${METADATA_PREFIX}event_time_ms"]') AS bigint) / 1000)) AS hour_of_day,
    count(*) AS changes
FROM "${DATABASE}"."${TABLE}_changes"
WHERE dt >= '${FROM_DT}'
GROUP BY 1
ORDER BY 1;

-- The items that change most.
SELECT
    json_extract_scalar(line, '$["${PARTITION_KEY}"]') AS partition_key,
    count(DISTINCT json_extract_scalar(line, '$["${METADATA_PREFIX}sequence_number"]')) AS changes
FROM "${DATABASE}"."${TABLE}_changes"
WHERE dt >= '${FROM_DT}'
GROUP BY json_extract_scalar(line, '$["${PARTITION_KEY}"]')
ORDER BY changes DESC
LIMIT 20;

-- An attribute now, exact to 6 places behind the point; TRY_CAST gives NULL for what is no number.
SELECT
    count(*) AS items,
    count(TRY_CAST(json_extract_scalar(line, '$["${ATTRIBUTE}"]') AS decimal(38, 6))) AS items_with_it,
    sum(TRY_CAST(json_extract_scalar(line, '$["${ATTRIBUTE}"]') AS decimal(38, 6))) AS total,
    min(TRY_CAST(json_extract_scalar(line, '$["${ATTRIBUTE}"]') AS decimal(38, 6))) AS lowest,
    max(TRY_CAST(json_extract_scalar(line, '$["${ATTRIBUTE}"]') AS decimal(38, 6))) AS highest
FROM "${DATABASE}"."${TABLE}_newest";
