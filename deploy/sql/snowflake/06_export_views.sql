-- One table's newest completed full export, upon 05_exports.sql. Safe to run again.
--
-- An export is complete when its manifest-summary.json is there, which DynamoDB writes last. Manifests are told apart by
-- the table's ARN, so that tables may share a bucket and a prefix, and the newest is by the export's own time, not by
-- a path. While a newer export runs, the older one is read.

USE ROLE <% admin_role %>;
-- Each completed export with the number of its items, and whether all of them are there to be read. They are not where
-- a lifecycle rule took the data and left the manifest, or where the manifests were refreshed before the data files. It
-- reads every data file of the table's exports, so it is a check and nothing to look up.
CREATE OR REPLACE VIEW <% database %>.<% raw_schema %>.<% name %>_EXPORTS COPY GRANTS AS
SELECT
    manifests.export_id,
    manifests.export_time,
    manifests.item_count,
    COUNT(items.export_id) AS items_found,
    COUNT(items.export_id) = manifests.item_count AS is_whole
FROM <% database %>.<% raw_schema %>.EXPORT_MANIFESTS AS manifests
LEFT JOIN <% database %>.<% raw_schema %>.EXPORT_ITEMS AS items ON manifests.export_id = items.export_id
WHERE
    manifests.table_arn = '<% table_arn %>'
    AND manifests.export_type = 'FULL_EXPORT'
    AND manifests.output_format = 'DYNAMODB_JSON'
GROUP BY manifests.export_id, manifests.export_time, manifests.item_count;

-- The items, in DynamoDB's own form: item:"temp":N is the text of a number, with all its digits.
CREATE OR REPLACE VIEW <% database %>.<% view_schema %>.<% name %>_EXPORT COPY GRANTS AS
WITH newest AS (
    SELECT
        export_id,
        export_time
    FROM <% database %>.<% raw_schema %>.EXPORT_MANIFESTS
    WHERE
        table_arn = '<% table_arn %>'
        AND export_type = 'FULL_EXPORT'
        AND output_format = 'DYNAMODB_JSON'
    QUALIFY ROW_NUMBER() OVER (ORDER BY export_time DESC NULLS LAST, export_id DESC) = 1
)

SELECT
    newest.export_id,
    newest.export_time,
    items.value:"Item" AS item
FROM <% database %>.<% raw_schema %>.EXPORT_ITEMS AS items
INNER JOIN newest ON items.export_id = newest.export_id;
