-- What Orleans' ADO.NET clustering (Microsoft.Orleans.Clustering.AdoNet 10.4) asks of a database, for PostgreSQL 12 or
-- later. It can be run again at any time: tables stay as they are, queries are replaced.
--
-- The provider knows one table, OrleansQuery, and reads from it the text of each query that it makes. Everything else
-- is ours: the queries only have to take these parameters and give these columns.
--
-- One row of silo_cluster per cluster holds the version of its membership. Who changes the membership says which
-- version that rests on; the update of that row is the compare-and-swap that lets one of several at once win, and its
-- row lock makes the others wait and then find another version. Every change is one statement, so it is whole or not.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  text PRIMARY KEY,
    QueryText text NOT NULL
);

CREATE TABLE IF NOT EXISTS silo_cluster
(
    deployment text PRIMARY KEY,
    version    integer NOT NULL DEFAULT 0
);

-- A silo is named by address, port and generation: one that is started again is another one.
CREATE TABLE IF NOT EXISTS silo_member
(
    deployment      text        NOT NULL REFERENCES silo_cluster ON DELETE CASCADE,
    address         text        NOT NULL,
    port            integer     NOT NULL,
    generation      integer     NOT NULL,
    silo_name       text        NOT NULL,
    host_name       text        NOT NULL,
    status          integer     NOT NULL,   -- Orleans.Runtime.SiloStatus: 3 active, 6 dead
    proxy_port      integer     NOT NULL,   -- 0 for a silo without a gateway for Orleans clients
    suspect_times   text,
    start_time      timestamptz NOT NULL,
    i_am_alive_time timestamptz NOT NULL,
    PRIMARY KEY (deployment, address, port, generation)
);

-- The version, and beside it each silo; alone where there is none.
CREATE OR REPLACE VIEW silo_membership AS
SELECT c.deployment,
       c.version           AS Version,
       m.address           AS Address,
       m.port              AS Port,
       m.generation        AS Generation,
       m.silo_name         AS SiloName,
       m.host_name         AS HostName,
       m.status            AS Status,
       m.proxy_port        AS ProxyPort,
       m.suspect_times     AS SuspectTimes,
       m.start_time        AS StartTime,
       m.i_am_alive_time   AS IAmAliveTime
FROM silo_cluster c
LEFT JOIN silo_member m USING (deployment);

INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
-- Gives whether this call made the row.
('InsertMembershipVersionKey', $query$
    WITH made AS
    (
        INSERT INTO silo_cluster (deployment) VALUES (@DeploymentId)
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM made)
$query$),

-- Gives whether the silo was added: not where it is there already or the version is another one.
('InsertMembershipKey', $query$
    WITH moved AS
    (
        UPDATE silo_cluster SET version = version + 1
        WHERE deployment = @DeploymentId AND version = @Version AND NOT EXISTS
        (
            SELECT FROM silo_member
            WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
        )
        RETURNING deployment
    ),
    added AS
    (
        INSERT INTO silo_member
            (deployment, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
        SELECT deployment, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM moved
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM added)
$query$),

-- Gives whether the silo was changed: not where it is unknown or the version is another one.
('UpdateMembershipKey', $query$
    WITH moved AS
    (
        UPDATE silo_cluster SET version = version + 1
        WHERE deployment = @DeploymentId AND version = @Version AND EXISTS
        (
            SELECT FROM silo_member
            WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
        )
        RETURNING deployment
    ),
    changed AS
    (
        UPDATE silo_member m
        SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
        FROM moved
        WHERE m.deployment = moved.deployment AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM changed)
$query$),

-- Changes no version: it says nothing that others must agree on.
('UpdateIAmAlivetimeKey', $query$
    UPDATE silo_member SET i_am_alive_time = @IAmAliveTime
    WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

('MembershipReadAllKey', $query$
    SELECT * FROM silo_membership WHERE deployment = @DeploymentId
$query$),

-- The version alone where the silo is unknown.
('MembershipReadRowKey', $query$
    SELECT c.version AS Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort,
           m.SuspectTimes, m.StartTime, m.IAmAliveTime
    FROM silo_cluster c
    LEFT JOIN silo_membership m ON m.deployment = c.deployment
        AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
    WHERE c.deployment = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
    SELECT Address, ProxyPort, Generation FROM silo_membership
    WHERE deployment = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),

('DeleteMembershipTableEntriesKey', $query$
    DELETE FROM silo_cluster WHERE deployment = @DeploymentId
$query$),

-- Dead silos that have not been heard of for long.
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM silo_member WHERE deployment = @DeploymentId AND status = 6 AND i_am_alive_time < @IAmAliveTime
$query$)

ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
