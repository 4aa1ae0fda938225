-- Optional: glue_to_snowflake makes Iceberg tables (ICEBERG_CATALOG_INTEGRATION, ICEBERG_EXTERNAL_VOLUME). A catalog
-- integration that vends credentials needs no volume: leave out its grant then. Safe to run again.

USE ROLE ACCOUNTADMIN;
GRANT USAGE ON INTEGRATION <% catalog_integration %> TO ROLE <% sync_role %>;
GRANT USAGE ON EXTERNAL VOLUME <% external_volume %> TO ROLE <% sync_role %>;
USE ROLE <% admin_role %>;
GRANT CREATE ICEBERG TABLE ON SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% sync_role %>;
GRANT SELECT ON ALL ICEBERG TABLES IN SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% reader_role %>;
GRANT SELECT ON FUTURE ICEBERG TABLES IN SCHEMA <% database %>.<% catalog_schema %> TO ROLE <% reader_role %>;
