-- An example to copy and change: typed views of a single-table design, one for each type of item, and a joined one, upon
-- the view …_EXPORT of 06_export_views.sql. Here the table has items of the types rainfall, max_temperature,
-- solar_exposure and summary, told apart by the attribute data_type. Safe to run again.
--
-- Numbers: the attribute's text becomes a NUMBER of a scale that holds it. NUMBER alone has no places behind the point:
-- 25.9 would become 26, and 0.4 mm of rain would be none. TRY_TO_NUMBER gives NULL for what is no number, and rounds
-- what has more places; …_text says what stood there. A number that an earlier loader stored as a text (S) is taken as well.

USE ROLE <% admin_role %>;
CREATE OR REPLACE VIEW <% database %>.<% view_schema %>.RAINFALL COPY GRANTS AS
SELECT
    item:"event_date":S::DATE AS event_date,
    COALESCE(item:"rainfall_mm":N, item:"rainfall_mm":S)::VARCHAR AS rainfall_mm_text,
    TRY_TO_NUMBER(rainfall_mm_text, 9, 2) AS rainfall_mm
FROM <% database %>.<% view_schema %>.<% name %>_EXPORT
WHERE item:"data_type":S::VARCHAR = 'rainfall';

CREATE OR REPLACE VIEW <% database %>.<% view_schema %>.MAX_TEMPERATURE COPY GRANTS AS
SELECT
    item:"event_date":S::DATE AS event_date,
    COALESCE(item:"max_temperature":N, item:"max_temperature":S)::VARCHAR AS max_temperature_text,
    TRY_TO_NUMBER(max_temperature_text, 9, 2) AS max_temperature
FROM <% database %>.<% view_schema %>.<% name %>_EXPORT
WHERE item:"data_type":S::VARCHAR = 'max_temperature';

CREATE OR REPLACE VIEW <% database %>.<% view_schema %>.SOLAR_EXPOSURE COPY GRANTS AS
SELECT
    item:"event_date":S::DATE AS event_date,
    COALESCE(item:"solar_exposure":N, item:"solar_exposure":S)::VARCHAR AS solar_exposure_text,
    TRY_TO_NUMBER(solar_exposure_text, 9, 2) AS solar_exposure
FROM <% database %>.<% view_schema %>.<% name %>_EXPORT
WHERE item:"data_type":S::VARCHAR = 'solar_exposure';

-- A wind speed such as Calm is no number: NULL here, and its text beside it.
CREATE OR REPLACE VIEW <% database %>.<% view_schema %>.SUMMARY COPY GRANTS AS
SELECT
    item:"event_date":S::DATE AS event_date,
    item:"wind_direction":S::VARCHAR AS wind_direction,
    COALESCE(item:"wind_speed":N, item:"wind_speed":S)::VARCHAR AS wind_speed_text,
    TRY_TO_NUMBER(wind_speed_text, 9, 2) AS wind_speed
FROM <% database %>.<% view_schema %>.<% name %>_EXPORT
WHERE item:"data_type":S::VARCHAR = 'summary';

-- All days that have a temperature, with what else is known of them.
CREATE OR REPLACE VIEW <% database %>.<% view_schema %>.WEATHER COPY GRANTS AS
SELECT
    max_temperature.event_date,
    max_temperature.max_temperature,
    rainfall.rainfall_mm,
    solar_exposure.solar_exposure,
    summary.wind_direction,
    summary.wind_speed
FROM <% database %>.<% view_schema %>.MAX_TEMPERATURE AS max_temperature
LEFT JOIN <% database %>.<% view_schema %>.RAINFALL AS rainfall
    ON max_temperature.event_date = rainfall.event_date
LEFT JOIN <% database %>.<% view_schema %>.SOLAR_EXPOSURE AS solar_exposure
    ON max_temperature.event_date = solar_exposure.event_date
LEFT JOIN <% database %>.<% view_schema %>.SUMMARY AS summary
    ON max_temperature.event_date = summary.event_date;
