-- Takes one table's objects away, whichever of the scripts made them; the bucket keeps everything. Safe to run again.

USE ROLE <% admin_role %>;
ALTER TASK IF EXISTS <% database %>.<% raw_schema %>.<% name %>_MERGE SUSPEND;
DROP TASK IF EXISTS <% database %>.<% raw_schema %>.<% name %>_MERGE;
DROP STREAM IF EXISTS <% database %>.<% raw_schema %>.<% name %>_CHANGES_STREAM;
DROP PIPE IF EXISTS <% database %>.<% raw_schema %>.<% name %>_PIPE;
DROP PIPE IF EXISTS <% database %>.<% raw_schema %>.<% name %>_CSV_PIPE;
DROP VIEW IF EXISTS <% database %>.<% raw_schema %>.<% name %>_NOT_LOADED;
DROP VIEW IF EXISTS <% database %>.<% raw_schema %>.<% name %>_CSV_NOT_LOADED;
DROP VIEW IF EXISTS <% database %>.<% raw_schema %>.<% name %>_EXPORTS;
DROP VIEW IF EXISTS <% database %>.<% view_schema %>.<% name %>_EXPORT;
DROP VIEW IF EXISTS <% database %>.<% view_schema %>.<% name %>_CURRENT;
DROP DYNAMIC TABLE IF EXISTS <% database %>.<% view_schema %>.<% name %>_LATEST;
DROP TABLE IF EXISTS <% database %>.<% raw_schema %>.<% name %>_CHANGES;
DROP TABLE IF EXISTS <% database %>.<% raw_schema %>.<% name %>_CSV;
DROP TABLE IF EXISTS <% database %>.<% raw_schema %>.<% name %>_STATE;
