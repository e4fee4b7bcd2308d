CREATE TEMPORARY TABLE device_person AS
SELECT device, person FROM (SELECT device, person, ROW_NUMBER() OVER (PARTITION BY device ORDER BY person) AS place FROM in_links WHERE fault IS NULL) AS l WHERE place = 1;

CREATE TEMPORARY TABLE consent_changes AS
SELECT person, DATE_PART(epoch_microsecond, time) AS since, MIN(CASE WHEN granted THEN 1 ELSE 0 END) AS granted FROM in_consent WHERE fault IS NULL GROUP BY person, DATE_PART(epoch_microsecond, time);

CREATE TEMPORARY TABLE consent_ends AS
SELECT person, since, granted, LEAD(since) OVER (PARTITION BY person ORDER BY since) AS ends FROM consent_changes;

CREATE TEMPORARY TABLE consent_spans AS
SELECT person, since, COALESCE(ends, 9223372036854775807) AS ends FROM (SELECT person, since, ends, granted, SUM(CASE WHEN ends IS NULL THEN granted ELSE 0 END) OVER (PARTITION BY person) AS now FROM consent_ends) AS s WHERE granted = 1 AND now = 1;

CREATE TEMPORARY VIEW touch_rows AS
SELECT source, event, person, time, ingest, consent, bot, channel FROM in_web WHERE fault IS NULL UNION ALL SELECT source, event, person, time, ingest, consent, bot, channel FROM in_app WHERE fault IS NULL;

CREATE TEMPORARY TABLE touch_twins AS
SELECT HASH(event) AS twin FROM touch_rows GROUP BY HASH(event) HAVING COUNT(*) > 1;

CREATE TEMPORARY TABLE touch_doubles AS
SELECT t.source, t.event, t.person, t.time, t.ingest, t.consent, t.bot, t.channel, ROW_NUMBER() OVER (PARTITION BY t.event ORDER BY DATE_PART(epoch_microsecond, ingest), DATE_PART(epoch_microsecond, time), source, person, channel, consent, bot) AS place FROM touch_rows AS t JOIN touch_twins AS w ON HASH(t.event) = w.twin;

CREATE TEMPORARY VIEW touch_unique AS
SELECT t.source, t.event, t.person, t.time, t.ingest, t.consent, t.bot, t.channel FROM touch_rows AS t LEFT JOIN touch_twins AS w ON HASH(t.event) = w.twin WHERE w.twin IS NULL UNION ALL SELECT d.source, d.event, d.person, d.time, d.ingest, d.consent, d.bot, d.channel FROM touch_doubles AS d WHERE d.place = 1;

CREATE TEMPORARY VIEW touch_marked AS
SELECT u.source, u.event, COALESCE(l.person, u.person) AS person, u.time, u.ingest, TO_DATE(CONVERT_TIMEZONE('Europe/Berlin', u.time)) AS day, CASE WHEN l.person IS NULL THEN 0 ELSE 1 END AS linked, CASE WHEN u.consent AND NOT s.person IS NULL THEN 1 ELSE 0 END AS allowed, CASE WHEN u.bot >= 0.5 THEN 1 ELSE 0 END AS machine, u.channel FROM touch_unique AS u LEFT JOIN device_person AS l ON l.device = u.person LEFT JOIN consent_spans AS s ON s.person = u.person AND DATE_PART(epoch_microsecond, u.time) >= s.since AND DATE_PART(epoch_microsecond, u.time) < s.ends;

CREATE TEMPORARY VIEW touch_clean AS
SELECT event, person, at, day, channel FROM (SELECT event, person, at, day, channel, ROW_NUMBER() OVER (PARTITION BY person, day ORDER BY MD5(event), event) AS place FROM (SELECT event, person, DATE_PART(epoch_microsecond, time) AS at, day, channel FROM touch_marked WHERE allowed = 1 AND machine = 0) AS k) AS b WHERE place <= 5 OR person IS NULL;

-- rate_doubles
SELECT COUNT(*) AS days FROM (SELECT currency, day FROM (SELECT DISTINCT currency, day, rate FROM in_rates WHERE fault IS NULL) AS r GROUP BY currency, day HAVING COUNT(*) > 1) AS d;

CREATE TEMPORARY TABLE rate_days AS
SELECT currency, day, MIN(rate) AS rate FROM in_rates WHERE fault IS NULL GROUP BY currency, day;

CREATE TEMPORARY TABLE rate_spans AS
SELECT currency, day AS since, rate, COALESCE(LEAD(day) OVER (PARTITION BY currency ORDER BY day), CAST('9999-12-31' AS DATE)) AS ends FROM rate_days;

CREATE TEMPORARY VIEW conversion_rows AS
SELECT source, event, person, time, ingest, consent, bot, value, currency, type FROM in_shop WHERE fault IS NULL UNION ALL SELECT source, event, person, time, ingest, consent, bot, value, currency, type FROM in_till WHERE fault IS NULL;

CREATE TEMPORARY TABLE conversion_twins AS
SELECT HASH(event) AS twin FROM conversion_rows GROUP BY HASH(event) HAVING COUNT(*) > 1;

CREATE TEMPORARY TABLE conversion_doubles AS
SELECT t.source, t.event, t.person, t.time, t.ingest, t.consent, t.bot, t.value, t.currency, t.type, ROW_NUMBER() OVER (PARTITION BY t.event ORDER BY DATE_PART(epoch_microsecond, ingest), DATE_PART(epoch_microsecond, time), source, person, currency, type, consent, bot, value) AS place FROM conversion_rows AS t JOIN conversion_twins AS w ON HASH(t.event) = w.twin;

CREATE TEMPORARY VIEW conversion_unique AS
SELECT t.source, t.event, t.person, t.time, t.ingest, t.consent, t.bot, t.value, t.currency, t.type FROM conversion_rows AS t LEFT JOIN conversion_twins AS w ON HASH(t.event) = w.twin WHERE w.twin IS NULL UNION ALL SELECT d.source, d.event, d.person, d.time, d.ingest, d.consent, d.bot, d.value, d.currency, d.type FROM conversion_doubles AS d WHERE d.place = 1;

CREATE TEMPORARY VIEW conversion_marked AS
SELECT u.source, u.event, COALESCE(l.person, u.person) AS person, u.time, u.ingest, TO_DATE(CONVERT_TIMEZONE('Europe/Berlin', u.time)) AS day, CASE WHEN l.person IS NULL THEN 0 ELSE 1 END AS linked, CASE WHEN u.consent AND NOT s.person IS NULL THEN 1 ELSE 0 END AS allowed, CASE WHEN u.bot >= 0.5 THEN 1 ELSE 0 END AS machine, u.value, u.currency, u.type FROM conversion_unique AS u LEFT JOIN device_person AS l ON l.device = u.person LEFT JOIN consent_spans AS s ON s.person = u.person AND DATE_PART(epoch_microsecond, u.time) >= s.since AND DATE_PART(epoch_microsecond, u.time) < s.ends;

CREATE TEMPORARY TABLE conversion_money AS
SELECT m.source, m.event, m.person, DATE_PART(epoch_microsecond, m.time) AS at, m.day, m.allowed, m.machine, CASE WHEN m.value IS NULL THEN 0 ELSE CASE WHEN m.currency IS NULL OR m.currency = 'EUR' THEN CAST(ROUND(m.value * 100) AS BIGINT) ELSE CAST(ROUND(m.value * r.rate * 100) AS BIGINT) END END AS cents, m.type FROM conversion_marked AS m LEFT JOIN rate_spans AS r ON r.currency = m.currency AND m.day >= r.since AND m.day < r.ends;

CREATE TEMPORARY TABLE conversion_clean AS
SELECT event, person, at, day, cents, type FROM (SELECT event, person, at, day, cents, type, ROW_NUMBER() OVER (PARTITION BY person ORDER BY MD5(event), event) AS place FROM (SELECT event, person, at, day, CASE WHEN cents > 50000 THEN 50000 ELSE cents END AS cents, type FROM conversion_money WHERE allowed = 1 AND machine = 0 AND NOT cents IS NULL) AS k) AS b WHERE place <= 3 OR person IS NULL;

CREATE TEMPORARY TABLE media_cells AS
SELECT period, channel, SUM(touches) AS touches, COUNT(person) AS people FROM (SELECT DATEADD(DAY, 1 - DAYOFWEEKISO(day), day) AS period, channel, person, COUNT(*) AS touches FROM touch_clean WHERE day >= CAST('2025-01-06' AS DATE) AND day <= CAST('2026-01-04' AS DATE) GROUP BY DATEADD(DAY, 1 - DAYOFWEEKISO(day), day), channel, person) AS p GROUP BY period, channel;

CREATE TEMPORARY TABLE media_held AS
SELECT period, channel, touches, people AS behind, CASE WHEN people >= 10 AND small > 0 AND place = 1 THEN 1 ELSE 0 END AS joins FROM (SELECT period, channel, touches, people, SUM(CASE WHEN people < 10 THEN 1 ELSE 0 END) OVER (PARTITION BY period) AS small, ROW_NUMBER() OVER (PARTITION BY period, CASE WHEN people < 10 THEN 1 ELSE 0 END ORDER BY people, channel) AS place FROM media_cells) AS r;

-- media
SELECT period, CASE WHEN joins = 1 THEN '(withheld)' ELSE CASE WHEN behind >= 10 THEN channel ELSE '(withheld)' END END AS channel, SUM(touches) AS touches, SUM(CASE WHEN joins = 1 OR behind < 10 THEN 0 ELSE behind END) AS people FROM media_held GROUP BY period, CASE WHEN joins = 1 THEN '(withheld)' ELSE CASE WHEN behind >= 10 THEN channel ELSE '(withheld)' END END HAVING MAX(behind) >= 10;

CREATE TEMPORARY VIEW cost_rows AS
SELECT source, day, cost, currency, channel FROM in_ads WHERE fault IS NULL;

CREATE TEMPORARY TABLE cost_money AS
SELECT c.source, c.day, c.channel, CASE WHEN c.currency IS NULL OR c.currency = 'EUR' THEN CAST(ROUND(c.cost * 100) AS BIGINT) ELSE CAST(ROUND(c.cost * r.rate * 100) AS BIGINT) END AS cents FROM cost_rows AS c LEFT JOIN rate_spans AS r ON r.currency = c.currency AND c.day >= r.since AND c.day < r.ends;

-- cost
SELECT DATEADD(DAY, 1 - DAYOFWEEKISO(day), day) AS period, channel, SUM(cents) AS cents FROM cost_money WHERE day >= CAST('2025-01-06' AS DATE) AND day <= CAST('2026-01-04' AS DATE) AND NOT cents IS NULL GROUP BY DATEADD(DAY, 1 - DAYOFWEEKISO(day), day), channel;

CREATE TEMPORARY TABLE outcome_cells AS
SELECT DATEADD(DAY, 1 - DAYOFWEEKISO(day), day) AS period, COUNT(*) AS conversions, SUM(cents) AS cents, COUNT(DISTINCT person) AS people FROM conversion_clean WHERE day >= CAST('2025-01-06' AS DATE) AND day <= CAST('2026-01-04' AS DATE) GROUP BY DATEADD(DAY, 1 - DAYOFWEEKISO(day), day);

CREATE TEMPORARY TABLE outcome_held AS
SELECT period, conversions, cents, people AS behind, CASE WHEN people >= 10 AND small > 0 AND place = 1 THEN 1 ELSE 0 END AS joins FROM (SELECT period, conversions, cents, people, SUM(CASE WHEN people < 10 THEN 1 ELSE 0 END) OVER (PARTITION BY period) AS small, ROW_NUMBER() OVER (PARTITION BY period, CASE WHEN people < 10 THEN 1 ELSE 0 END ORDER BY people) AS place FROM outcome_cells) AS r;

-- outcome
SELECT period, SUM(conversions) AS conversions, SUM(cents) AS cents, SUM(CASE WHEN joins = 1 OR behind < 10 THEN 0 ELSE behind END) AS people FROM outcome_held GROUP BY period HAVING MAX(behind) >= 10;

CREATE TEMPORARY TABLE pairs AS
SELECT c.event AS conversion, c.person, c.day, c.cents, t.event AS touch, t.channel, t.at, c.at - t.at AS age FROM touch_clean AS t JOIN conversion_clean AS c ON t.person = c.person AND t.at <= c.at AND t.at > c.at - 2592000000000 WHERE c.day >= CAST('2025-01-06' AS DATE) AND c.day <= CAST('2026-01-04' AS DATE);

CREATE TEMPORARY TABLE numbered_30 AS
SELECT conversion, person, day, cents, touch, channel, ROW_NUMBER() OVER (PARTITION BY conversion ORDER BY at, touch) AS i, COUNT(*) OVER (PARTITION BY conversion) AS n, CAST(CASE WHEN age < 86400000000 THEN 1048576 WHEN age < 172800000000 THEN 949720 WHEN age < 259200000000 THEN 860184 WHEN age < 345600000000 THEN 779089 WHEN age < 432000000000 THEN 705639 WHEN age < 518400000000 THEN 639114 WHEN age < 604800000000 THEN 578861 WHEN age < 691200000000 THEN 524288 WHEN age < 777600000000 THEN 474860 WHEN age < 864000000000 THEN 430092 WHEN age < 950400000000 THEN 389544 WHEN age < 1036800000000 THEN 352820 WHEN age < 1123200000000 THEN 319557 WHEN age < 1209600000000 THEN 289430 WHEN age < 1296000000000 THEN 262144 WHEN age < 1382400000000 THEN 237430 WHEN age < 1468800000000 THEN 215046 WHEN age < 1555200000000 THEN 194772 WHEN age < 1641600000000 THEN 176410 WHEN age < 1728000000000 THEN 159779 WHEN age < 1814400000000 THEN 144715 WHEN age < 1900800000000 THEN 131072 WHEN age < 1987200000000 THEN 118715 WHEN age < 2073600000000 THEN 107523 WHEN age < 2160000000000 THEN 97386 WHEN age < 2246400000000 THEN 88205 WHEN age < 2332800000000 THEN 79889 WHEN age < 2419200000000 THEN 72358 WHEN age < 2505600000000 THEN 65536 WHEN age < 2592000000000 THEN 59358 ELSE 1 END AS BIGINT) AS weight FROM pairs WHERE age < 2592000000000;

CREATE TEMPORARY VIEW credit_30_rows AS
SELECT conversion, person, day, cents, channel, CASE WHEN i = 1 THEN 1000000 ELSE 0 END AS first, CASE WHEN i = n THEN 1000000 ELSE 0 END AS last, CASE WHEN i = COALESCE(marketing, n) THEN 1000000 ELSE 0 END AS last_non_direct, CASE WHEN i < n THEN CAST(TRUNC(1000000 / n) AS BIGINT) ELSE 1000000 - (n - 1) * (CAST(TRUNC(1000000 / n) AS BIGINT)) END AS linear, CASE WHEN n = 1 THEN 1000000 WHEN n = 2 THEN 500000 WHEN i = 1 THEN 400000 WHEN i < n THEN CAST(TRUNC(200000 / (n - 2)) AS BIGINT) ELSE 600000 - (n - 2) * (CAST(TRUNC(200000 / (n - 2)) AS BIGINT)) END AS position, CASE WHEN i < n THEN part ELSE rest END AS time_decay FROM (SELECT conversion, person, day, cents, channel, i, n, marketing, part, 1000000 - SUM(CASE WHEN i < n THEN part ELSE 0 END) OVER (PARTITION BY conversion) AS rest FROM (SELECT conversion, person, day, cents, channel, i, n, marketing, CAST(TRUNC(1000000 * weight / SUM(weight) OVER (PARTITION BY conversion)) AS BIGINT) AS part FROM (SELECT conversion, person, day, cents, channel, i, n, weight, MAX(CASE WHEN channel <> 'direct' THEN i ELSE NULL END) OVER (PARTITION BY conversion) AS marketing FROM numbered_30) AS w) AS d) AS s UNION ALL SELECT c.event AS conversion, c.person, c.day, c.cents, '(unattributed)' AS channel, 1000000 AS first, 1000000 AS last, 1000000 AS last_non_direct, 1000000 AS linear, 1000000 AS position, 1000000 AS time_decay FROM conversion_clean AS c LEFT JOIN numbered_30 AS n ON n.conversion = c.event AND n.i = 1 WHERE n.conversion IS NULL AND c.day >= CAST('2025-01-06' AS DATE) AND c.day <= CAST('2026-01-04' AS DATE) UNION ALL SELECT c.event AS conversion, c.person, c.day, COALESCE(c.cents, 0) AS cents, '(consent-lost)' AS channel, 1000000 AS first, 1000000 AS last, 1000000 AS last_non_direct, 1000000 AS linear, 1000000 AS position, 1000000 AS time_decay FROM conversion_money AS c WHERE c.allowed = 0 AND c.machine = 0 AND c.day >= CAST('2025-01-06' AS DATE) AND c.day <= CAST('2026-01-04' AS DATE);

CREATE TEMPORARY TABLE credit_30_cells AS
SELECT DATEADD(DAY, 1 - DAYOFWEEKISO(day), day) AS period, channel, SUM(first) AS first, SUM(cents * first) AS first_value, SUM(last) AS last, SUM(cents * last) AS last_value, SUM(last_non_direct) AS last_non_direct, SUM(cents * last_non_direct) AS last_non_direct_value, SUM(linear) AS linear, SUM(cents * linear) AS linear_value, SUM(position) AS position, SUM(cents * position) AS position_value, SUM(time_decay) AS time_decay, SUM(cents * time_decay) AS time_decay_value, COUNT(DISTINCT person) AS people FROM credit_30_rows GROUP BY DATEADD(DAY, 1 - DAYOFWEEKISO(day), day), channel;

CREATE TEMPORARY TABLE credit_30_held AS
SELECT period, channel, first, first_value, last, last_value, last_non_direct, last_non_direct_value, linear, linear_value, position, position_value, time_decay, time_decay_value, people AS behind, CASE WHEN people >= 10 AND small > 0 AND place = 1 THEN 1 ELSE 0 END AS joins FROM (SELECT period, channel, first, first_value, last, last_value, last_non_direct, last_non_direct_value, linear, linear_value, position, position_value, time_decay, time_decay_value, people, SUM(CASE WHEN people < 10 THEN 1 ELSE 0 END) OVER (PARTITION BY period) AS small, ROW_NUMBER() OVER (PARTITION BY period, CASE WHEN people < 10 THEN 1 ELSE 0 END ORDER BY people, channel) AS place FROM credit_30_cells) AS r;

-- credit_30
SELECT period, CASE WHEN joins = 1 THEN '(withheld)' ELSE CASE WHEN behind >= 10 THEN channel ELSE '(withheld)' END END AS channel, SUM(first) AS first, SUM(first_value) AS first_value, SUM(last) AS last, SUM(last_value) AS last_value, SUM(last_non_direct) AS last_non_direct, SUM(last_non_direct_value) AS last_non_direct_value, SUM(linear) AS linear, SUM(linear_value) AS linear_value, SUM(position) AS position, SUM(position_value) AS position_value, SUM(time_decay) AS time_decay, SUM(time_decay_value) AS time_decay_value, SUM(CASE WHEN joins = 1 OR behind < 10 THEN 0 ELSE behind END) AS people FROM credit_30_held GROUP BY period, CASE WHEN joins = 1 THEN '(withheld)' ELSE CASE WHEN behind >= 10 THEN channel ELSE '(withheld)' END END HAVING MAX(behind) >= 10;

CREATE TEMPORARY TABLE journeys_30_starts AS
SELECT touch, person, channel, at, CASE WHEN at - COALESCE(LAG(at) OVER (PARTITION BY person ORDER BY at NULLS FIRST, touch NULLS FIRST), at - 2592000000001) > 2592000000000 THEN 1 ELSE 0 END AS starts FROM (SELECT t.event AS touch, t.person, t.channel, t.at FROM touch_clean AS t LEFT JOIN (SELECT DISTINCT touch FROM numbered_30) AS p ON p.touch = t.event WHERE p.touch IS NULL AND NOT t.person IS NULL AND t.day >= CAST('2025-01-06' AS DATE) AND t.day <= CAST('2026-01-04' AS DATE)) AS l;

CREATE TEMPORARY TABLE journeys_30 AS
SELECT person, journey, channel, ROW_NUMBER() OVER (PARTITION BY person, journey ORDER BY at, touch) AS i, COUNT(*) OVER (PARTITION BY person, journey) AS n FROM (SELECT touch, person, channel, at, SUM(starts) OVER (PARTITION BY person ORDER BY at NULLS FIRST, touch NULLS FIRST) AS journey FROM journeys_30_starts) AS j;

CREATE TEMPORARY TABLE paths_30_rows AS
SELECT person, path, 1 AS conversions, cents, 0 AS nulls FROM (SELECT conversion, person, cents, LISTAGG(channel, '>') WITHIN GROUP (ORDER BY i) AS path FROM numbered_30 WHERE i > n - 12 GROUP BY conversion, person, cents) AS p UNION ALL SELECT c.person, '(unattributed)' AS path, 1 AS conversions, c.cents, 0 AS nulls FROM conversion_clean AS c LEFT JOIN numbered_30 AS n ON n.conversion = c.event AND n.i = 1 WHERE n.conversion IS NULL AND c.day >= CAST('2025-01-06' AS DATE) AND c.day <= CAST('2026-01-04' AS DATE) UNION ALL SELECT c.person, '(consent-lost)' AS path, 1 AS conversions, COALESCE(c.cents, 0) AS cents, 0 AS nulls FROM conversion_money AS c WHERE c.allowed = 0 AND c.machine = 0 AND c.day >= CAST('2025-01-06' AS DATE) AND c.day <= CAST('2026-01-04' AS DATE) UNION ALL SELECT person, path, 0 AS conversions, 0 AS cents, 1 AS nulls FROM (SELECT person, journey, LISTAGG(channel, '>') WITHIN GROUP (ORDER BY i) AS path FROM journeys_30 WHERE i > n - 12 GROUP BY person, journey) AS q;

CREATE TEMPORARY TABLE paths_30_cells AS
SELECT path, SUM(conversions) AS conversions, SUM(cents) AS cents, SUM(nulls) AS nulls, COUNT(DISTINCT person) AS people FROM paths_30_rows GROUP BY path;

CREATE TEMPORARY TABLE paths_30_held AS
SELECT path, conversions, cents, nulls, people AS behind, CASE WHEN people >= 10 AND small > 0 AND place = 1 THEN 1 ELSE 0 END AS joins FROM (SELECT path, conversions, cents, nulls, people, SUM(CASE WHEN people < 10 THEN 1 ELSE 0 END) OVER () AS small, ROW_NUMBER() OVER (PARTITION BY CASE WHEN people < 10 THEN 1 ELSE 0 END ORDER BY people, path) AS place FROM paths_30_cells) AS r;

-- paths_30
SELECT CASE WHEN joins = 1 THEN '(other)' ELSE CASE WHEN behind >= 10 THEN path ELSE '(other)' END END AS path, SUM(conversions) AS conversions, SUM(cents) AS cents, SUM(nulls) AS nulls, SUM(CASE WHEN joins = 1 OR behind < 10 THEN 0 ELSE behind END) AS people FROM paths_30_held GROUP BY CASE WHEN joins = 1 THEN '(other)' ELSE CASE WHEN behind >= 10 THEN path ELSE '(other)' END END HAVING MAX(behind) >= 10;

CREATE TEMPORARY TABLE assigned_social_holdout AS
SELECT person, arm, cell, COUNT(*) OVER (PARTITION BY person) AS places FROM (SELECT DISTINCT COALESCE(l.person, a.person) AS person, a.arm, a.cell FROM in_social_holdout AS a LEFT JOIN device_person AS l ON l.device = a.person WHERE a.fault IS NULL) AS d;

-- mixed_social_holdout
SELECT COUNT(DISTINCT person) AS mixed FROM assigned_social_holdout WHERE places > 1;

CREATE TEMPORARY TABLE members_social_holdout AS
SELECT person, arm, cell FROM assigned_social_holdout WHERE places = 1;

CREATE TEMPORARY TABLE arm_people_social_holdout AS
SELECT m.person, m.arm, m.cell, SUM(CASE WHEN c.day >= CAST('2025-08-04' AS DATE) AND c.day <= CAST('2025-10-26' AS DATE) THEN 1 ELSE 0 END) AS conversions, SUM(CASE WHEN c.day >= CAST('2025-08-04' AS DATE) AND c.day <= CAST('2025-10-26' AS DATE) THEN c.cents ELSE 0 END) AS cents, SUM(CASE WHEN c.day >= CAST('2025-06-09' AS DATE) AND c.day <= CAST('2025-08-03' AS DATE) THEN c.cents ELSE 0 END) AS covariate FROM members_social_holdout AS m LEFT JOIN conversion_clean AS c ON c.person = m.person GROUP BY m.person, m.arm, m.cell;

CREATE TEMPORARY TABLE arms_social_holdout_cells AS
SELECT arm, cell, COUNT(DISTINCT person) AS users, SUM(CASE WHEN conversions > 0 THEN 1 ELSE 0 END) AS converters, SUM(conversions) AS conversions, SUM(conversions * conversions) AS conversions_squared, SUM(cents) AS cents, SUM(cents * cents) AS cents_squared, SUM(conversions * cents) AS conversions_cents, SUM(covariate) AS covariate, SUM(covariate * covariate) AS covariate_squared, SUM(covariate * cents) AS covariate_cents, SUM(CASE WHEN conversions > 0 THEN covariate ELSE 0 END) AS covariate_converters, COUNT(DISTINCT person) AS people FROM arm_people_social_holdout GROUP BY arm, cell;

-- arms_social_holdout
SELECT CASE WHEN people >= 10 THEN arm ELSE '(withheld)' END AS arm, CASE WHEN people >= 10 THEN cell ELSE '(withheld)' END AS cell, SUM(users) AS users, SUM(converters) AS converters, SUM(conversions) AS conversions, SUM(conversions_squared) AS conversions_squared, SUM(cents) AS cents, SUM(cents_squared) AS cents_squared, SUM(conversions_cents) AS conversions_cents, SUM(covariate) AS covariate, SUM(covariate_squared) AS covariate_squared, SUM(covariate_cents) AS covariate_cents, SUM(covariate_converters) AS covariate_converters FROM arms_social_holdout_cells WHERE converters = 0 OR converters >= 10 GROUP BY CASE WHEN people >= 10 THEN arm ELSE '(withheld)' END, CASE WHEN people >= 10 THEN cell ELSE '(withheld)' END HAVING MAX(people) >= 10;

CREATE TEMPORARY TABLE arm_days_social_holdout AS
SELECT m.person, m.arm, m.cell, c.day, COUNT(*) AS conversions, SUM(c.cents) AS cents FROM members_social_holdout AS m JOIN conversion_clean AS c ON c.person = m.person WHERE c.day >= CAST('2025-08-04' AS DATE) AND c.day <= CAST('2025-10-26' AS DATE) GROUP BY m.person, m.arm, m.cell, c.day;

CREATE TEMPORARY TABLE arms_daily_social_holdout_cells AS
SELECT day, arm, cell, SUM(CASE WHEN conversions > 0 THEN 1 ELSE 0 END) AS converters, SUM(conversions) AS conversions, SUM(conversions * conversions) AS conversions_squared, SUM(cents) AS cents, SUM(cents * cents) AS cents_squared, SUM(conversions * cents) AS conversions_cents, COUNT(DISTINCT person) AS people FROM arm_days_social_holdout GROUP BY day, arm, cell;

-- arms_daily_social_holdout
SELECT day, CASE WHEN people >= 10 THEN arm ELSE '(withheld)' END AS arm, CASE WHEN people >= 10 THEN cell ELSE '(withheld)' END AS cell, SUM(converters) AS converters, SUM(conversions) AS conversions, SUM(conversions_squared) AS conversions_squared, SUM(cents) AS cents, SUM(cents_squared) AS cents_squared, SUM(conversions_cents) AS conversions_cents FROM arms_daily_social_holdout_cells WHERE people >= 10 GROUP BY day, CASE WHEN people >= 10 THEN arm ELSE '(withheld)' END, CASE WHEN people >= 10 THEN cell ELSE '(withheld)' END HAVING MAX(people) >= 10;

-- dead_letters
SELECT source, fault, COUNT(*) AS faulty FROM in_web WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_app WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_shop WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_till WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_ads WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_social_holdout WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_links WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_consent WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, fault, COUNT(*) AS faulty FROM in_rates WHERE NOT fault IS NULL GROUP BY source, fault UNION ALL SELECT source, 'no rate of exchange' AS fault, COUNT(*) AS faulty FROM conversion_money WHERE cents IS NULL GROUP BY source UNION ALL SELECT source, 'no rate of exchange' AS fault, COUNT(*) AS faulty FROM cost_money WHERE cents IS NULL GROUP BY source;

-- arrived_touch
SELECT source, day, COUNT(*) AS events, SUM(CASE WHEN allowed = 0 THEN 1 ELSE 0 END) AS no_consent, SUM(CASE WHEN allowed = 1 AND machine = 1 THEN 1 ELSE 0 END) AS bots, SUM(CASE WHEN person IS NULL THEN 1 ELSE 0 END) AS nobody, SUM(linked) AS linked, SUM(CASE WHEN ingest IS NULL THEN 0 ELSE 1 END) AS dated, SUM(CASE WHEN DATE_PART(epoch_microsecond, ingest) - DATE_PART(epoch_microsecond, time) >= 86400000000 THEN 1 ELSE 0 END) AS late, SUM(CAST(TRUNC((DATE_PART(epoch_microsecond, ingest) - DATE_PART(epoch_microsecond, time)) / 1000000) AS BIGINT)) AS delay_seconds FROM touch_marked GROUP BY source, day;

-- doubled_touch
SELECT source, TO_DATE(CONVERT_TIMEZONE('Europe/Berlin', time)) AS day, COUNT(*) AS doubles FROM touch_doubles WHERE place > 1 GROUP BY source, TO_DATE(CONVERT_TIMEZONE('Europe/Berlin', time));

-- arrived_conversion
SELECT source, day, COUNT(*) AS events, SUM(CASE WHEN allowed = 0 THEN 1 ELSE 0 END) AS no_consent, SUM(CASE WHEN allowed = 1 AND machine = 1 THEN 1 ELSE 0 END) AS bots, SUM(CASE WHEN person IS NULL THEN 1 ELSE 0 END) AS nobody, SUM(linked) AS linked, SUM(CASE WHEN ingest IS NULL THEN 0 ELSE 1 END) AS dated, SUM(CASE WHEN DATE_PART(epoch_microsecond, ingest) - DATE_PART(epoch_microsecond, time) >= 86400000000 THEN 1 ELSE 0 END) AS late, SUM(CAST(TRUNC((DATE_PART(epoch_microsecond, ingest) - DATE_PART(epoch_microsecond, time)) / 1000000) AS BIGINT)) AS delay_seconds FROM conversion_marked GROUP BY source, day;

-- doubled_conversion
SELECT source, TO_DATE(CONVERT_TIMEZONE('Europe/Berlin', time)) AS day, COUNT(*) AS doubles FROM conversion_doubles WHERE place > 1 GROUP BY source, TO_DATE(CONVERT_TIMEZONE('Europe/Berlin', time));
