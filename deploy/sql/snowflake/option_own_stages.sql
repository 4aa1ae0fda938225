-- Optional: glue_to_snowflake makes a stage for each table that the stages of its secret do not cover
-- (`storage_integration` in the secret). The integration's allowed locations say what it can reach. Safe to run again.

USE ROLE ACCOUNTADMIN;
GRANT USAGE ON INTEGRATION <% integration %> TO ROLE <% sync_role %>;
USE ROLE <% admin_role %>;
GRANT CREATE STAGE ON SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% sync_role %>;
