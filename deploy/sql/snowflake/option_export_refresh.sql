-- Optional: the exports' external tables read the bucket again on a schedule, the data files before the manifests. Safe
-- to run again. schedule is a task's, such as USING CRON 0 4 * * * UTC.

USE ROLE ACCOUNTADMIN;
GRANT EXECUTE TASK ON ACCOUNT TO ROLE <% admin_role %>;
USE ROLE <% admin_role %>;
-- The tasks are made anew; the chain stands still until both are resumed, the last one first.
DROP TASK IF EXISTS <% database %>.<% raw_schema %>.REFRESH_EXPORT_ITEMS;
DROP TASK IF EXISTS <% database %>.<% raw_schema %>.REFRESH_EXPORT_MANIFESTS;
CREATE TASK <% database %>.<% raw_schema %>.REFRESH_EXPORT_ITEMS
    WAREHOUSE = <% warehouse %>
    SCHEDULE = '<% schedule %>'
AS
    ALTER EXTERNAL TABLE <% database %>.<% raw_schema %>.EXPORT_ITEMS REFRESH;
CREATE TASK <% database %>.<% raw_schema %>.REFRESH_EXPORT_MANIFESTS
    WAREHOUSE = <% warehouse %>
    AFTER <% database %>.<% raw_schema %>.REFRESH_EXPORT_ITEMS
AS
    ALTER EXTERNAL TABLE <% database %>.<% raw_schema %>.EXPORT_MANIFESTS REFRESH;
ALTER TASK <% database %>.<% raw_schema %>.REFRESH_EXPORT_MANIFESTS RESUME;
ALTER TASK <% database %>.<% raw_schema %>.REFRESH_EXPORT_ITEMS RESUME;
