-- The integration by which Snowflake reads the bucket: it assumes a role of yours, and has no key. Safe to run again: a
-- second run sets the role, the external id and the locations anew, and keeps what AWS trusts.
--
-- The external id is given, not left to Snowflake: an integration that is dropped and made again would get another one,
-- and the role would no longer let it in. Choose it once: 2 to 1224 letters, digits and +=,.@:/-_
--
-- The role may come later, since nothing is checked here. Its trust policy comes out of the last statement:
--   snow sql -f 02_storage_integration.sql … --format json | dist/lakefeed trust-policy -
--
-- Runs as ACCOUNTADMIN, or a role with CREATE INTEGRATION.

USE ROLE ACCOUNTADMIN;
CREATE STORAGE INTEGRATION IF NOT EXISTS <% integration %>
TYPE = EXTERNAL_STAGE
STORAGE_PROVIDER = 'S3'
ENABLED = TRUE
STORAGE_AWS_ROLE_ARN = '<% storage_role_arn %>'
STORAGE_AWS_EXTERNAL_ID = '<% storage_external_id %>'
STORAGE_ALLOWED_LOCATIONS = ('<% bucket_url %>/exports/', '<% bucket_url %>/lake/', '<% bucket_url %>/stream/');

-- What it is from now on, whether it was there or not.
ALTER STORAGE INTEGRATION <% integration %> SET
STORAGE_AWS_ROLE_ARN = '<% storage_role_arn %>'
STORAGE_AWS_EXTERNAL_ID = '<% storage_external_id %>'
ENABLED = TRUE
STORAGE_ALLOWED_LOCATIONS = ('<% bucket_url %>/exports/', '<% bucket_url %>/lake/', '<% bucket_url %>/stream/');

GRANT USAGE ON INTEGRATION <% integration %> TO ROLE <% admin_role %>;

DESC INTEGRATION <% integration %>;
