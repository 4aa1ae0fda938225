-- Takes everything away that the scripts made, but for roles that other objects need; the bucket keeps everything. Safe
-- to run again. UNDROP DATABASE brings the tables back for a day; pipes and external tables are made again.
--
-- Take Snowflake's queue out of the bucket's notifications, and delete the reader role in AWS, afterwards.

USE ROLE <% admin_role %>;
DROP DATABASE IF EXISTS <% database %>;

USE ROLE ACCOUNTADMIN;
DROP INTEGRATION IF EXISTS <% integration %>;

USE ROLE USERADMIN;
DROP USER IF EXISTS <% sync_user %>;
DROP ROLE IF EXISTS <% reader_role %>;
DROP ROLE IF EXISTS <% sync_role %>;
DROP ROLE IF EXISTS <% admin_role %>;
