-- Optional: a warehouse for readers, dynamic tables and tasks. Any that is there will do. Safe to run again.

USE ROLE SYSADMIN;
CREATE WAREHOUSE IF NOT EXISTS <% warehouse %>
WAREHOUSE_SIZE = XSMALL
AUTO_SUSPEND = 60
AUTO_RESUME = TRUE
INITIALLY_SUSPENDED = TRUE;
GRANT USAGE ON WAREHOUSE <% warehouse %> TO ROLE <% admin_role %>;
GRANT USAGE ON WAREHOUSE <% warehouse %> TO ROLE <% reader_role %>;
