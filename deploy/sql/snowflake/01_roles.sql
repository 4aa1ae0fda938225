-- Roles, the function's user, the database and its schemas. Safe to run again.
--
--   admin_role   owns the database; the scripts after this one run as it
--   sync_role    of lakefeed's glue_to_snowflake: it makes and changes external tables in one schema, and reads no data
--   reader_role  of people and tools that query: SELECT on views, dynamic tables and what the function makes
--
-- The schemas have managed access: who owns a table there cannot grant it away. The grants on FUTURE objects hold for
-- what a CREATE OR REPLACE makes, too.
--
-- Runs as USERADMIN, SYSADMIN and the admin role; ACCOUNTADMIN has all three.

USE ROLE USERADMIN;
CREATE ROLE IF NOT EXISTS <% admin_role %> COMMENT = 'owns what lakefeed feeds';
CREATE ROLE IF NOT EXISTS <% sync_role %> COMMENT = 'lakefeed glue_to_snowflake';
CREATE ROLE IF NOT EXISTS <% reader_role %> COMMENT = 'reads what lakefeed feeds';
GRANT ROLE <% admin_role %> TO ROLE SYSADMIN;
GRANT ROLE <% sync_role %> TO ROLE SYSADMIN;
GRANT ROLE <% reader_role %> TO ROLE SYSADMIN;

-- A service user has no password. Its public key is the PEM's base64 lines joined to one, without BEGIN and END. To
-- change the key without a pause, set RSA_PUBLIC_KEY_2, change the secret, then set RSA_PUBLIC_KEY.
CREATE USER IF NOT EXISTS <% sync_user %> TYPE = SERVICE COMMENT = 'lakefeed glue_to_snowflake';
ALTER USER <% sync_user %> SET RSA_PUBLIC_KEY = '<% sync_public_key %>';
ALTER USER <% sync_user %> SET DEFAULT_ROLE = <% sync_role %>;
GRANT ROLE <% sync_role %> TO USER <% sync_user %>;

USE ROLE SYSADMIN;
CREATE DATABASE IF NOT EXISTS <% database %>;
GRANT OWNERSHIP ON DATABASE <% database %> TO ROLE <% admin_role %> COPY CURRENT GRANTS;

USE ROLE <% admin_role %>;
-- Stages, landing tables, pipes, and the tables under the views.
CREATE SCHEMA IF NOT EXISTS <% database %>.<% raw_schema %> WITH MANAGED ACCESS;
-- What the function keeps in step with the Glue Data Catalog. Glue's database DB__SCHEMA is this schema by default.
CREATE SCHEMA IF NOT EXISTS <% database %>.<% catalog_schema %> WITH MANAGED ACCESS;
-- What readers see.
CREATE SCHEMA IF NOT EXISTS <% database %>.<% view_schema %> WITH MANAGED ACCESS;

-- The function. It owns what it makes, which is all that ALTER, COMMENT, RENAME, DROP, SHOW and DESC need; USAGE on the
-- stages comes with 03_stages.sql. No statement of its needs a warehouse.
GRANT USAGE ON DATABASE <% database %> TO ROLE <% sync_role %>;
GRANT USAGE ON SCHEMA <% database %>.<% raw_schema %> TO ROLE <% sync_role %>;
GRANT USAGE ON SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% sync_role %>;
GRANT CREATE EXTERNAL TABLE ON SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% sync_role %>;

GRANT USAGE ON DATABASE <% database %> TO ROLE <% reader_role %>;
GRANT USAGE ON SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% reader_role %>;
GRANT USAGE ON SCHEMA <% database %>.<% view_schema %> TO ROLE <% reader_role %>;
GRANT SELECT ON ALL EXTERNAL TABLES IN SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% reader_role %>;
GRANT SELECT ON FUTURE EXTERNAL TABLES IN SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% reader_role %>;
GRANT SELECT ON ALL VIEWS IN SCHEMA <% database %>.<% view_schema %> TO ROLE <% reader_role %>;
GRANT SELECT ON FUTURE VIEWS IN SCHEMA <% database %>.<% view_schema %> TO ROLE <% reader_role %>;
GRANT SELECT ON ALL DYNAMIC TABLES IN SCHEMA <% database %>.<% view_schema %> TO ROLE <% reader_role %>;
GRANT SELECT ON FUTURE DYNAMIC TABLES IN SCHEMA <% database %>.<% view_schema %> TO ROLE <% reader_role %>;
