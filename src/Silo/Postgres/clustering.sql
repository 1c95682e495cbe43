-- What Orleans' ADO.NET clustering (Microsoft.Orleans.Clustering.AdoNet 10.4) asks of a database, for PostgreSQL 12 or
-- later. It can be run again at any time: tables stay as they are, queries are replaced.
--
-- The provider knows one table, OrleansQuery, and reads from it the text of each query that it makes. The tables have the
-- names and columns that Orleans' documentation has, so that what operators know of them holds; tables that were made
-- with Orleans' own script should serve as well (not tested). The queries are ours: they take the parameters and give the columns that the
-- provider expects.
--
-- One row of OrleansMembershipVersionTable per cluster holds the version of its membership. Who changes the membership
-- says which version that rests on; the update of that row is the compare-and-swap that lets one of several at once win,
-- and its row lock makes the others wait and then find another version. Every change is one statement, so it is whole or
-- not.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  varchar(64)   PRIMARY KEY,
    QueryText varchar(8000) NOT NULL
);

CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable
(
    DeploymentId varchar(150)   PRIMARY KEY,
    Timestamp    timestamptz(3) NOT NULL DEFAULT now(),
    Version      integer        NOT NULL DEFAULT 0
);

-- A silo is named by address, port and generation: one that is started again is another one.
CREATE TABLE IF NOT EXISTS OrleansMembershipTable
(
    DeploymentId  varchar(150)   NOT NULL REFERENCES OrleansMembershipVersionTable,
    Address       varchar(45)    NOT NULL,
    Port          integer        NOT NULL,
    Generation    integer        NOT NULL,
    SiloName      varchar(150)   NOT NULL,
    HostName      varchar(150)   NOT NULL,
    Status        integer        NOT NULL,   -- Orleans.Runtime.SiloStatus: 3 active, 6 dead
    ProxyPort     integer,                   -- 0 for a silo without a gateway for Orleans clients
    SuspectTimes  varchar(8000),
    StartTime     timestamptz(3) NOT NULL,
    IAmAliveTime  timestamptz(3) NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
-- Gives whether this call made the row.
('InsertMembershipVersionKey', $query$
    WITH made AS
    (
        INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId)
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM made)
$query$),

-- Gives whether the silo was added: not where it is there already or the version is another one.
('InsertMembershipKey', $query$
    WITH moved AS
    (
        UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
        WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS
        (
            SELECT FROM OrleansMembershipTable
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        )
        RETURNING DeploymentId
    ),
    added AS
    (
        INSERT INTO OrleansMembershipTable
            (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM moved
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM added)
$query$),

-- Gives whether the silo was changed: not where it is unknown or the version is another one.
('UpdateMembershipKey', $query$
    WITH moved AS
    (
        UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
        WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS
        (
            SELECT FROM OrleansMembershipTable
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        )
        RETURNING DeploymentId
    ),
    changed AS
    (
        UPDATE OrleansMembershipTable m
        SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM moved
        WHERE m.DeploymentId = moved.DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM changed)
$query$),

-- Changes no version: it says nothing that others must agree on.
('UpdateIAmAlivetimeKey', $query$
    UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),

-- The version, and beside it each silo; alone where there is none.
('MembershipReadAllKey', $query$
    SELECT v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort,
           m.SuspectTimes, m.StartTime, m.IAmAliveTime
    FROM OrleansMembershipVersionTable v
    LEFT JOIN OrleansMembershipTable m USING (DeploymentId)
    WHERE DeploymentId = @DeploymentId
$query$),

-- The version alone where the silo is unknown.
('MembershipReadRowKey', $query$
    SELECT v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort,
           m.SuspectTimes, m.StartTime, m.IAmAliveTime
    FROM OrleansMembershipVersionTable v
    LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
        AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
    WHERE v.DeploymentId = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
    SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),

-- One statement, at whose end no row may name a cluster that is gone.
('DeleteMembershipTableEntriesKey', $query$
    WITH gone AS (DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId)
    DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
$query$),

-- Dead silos that have not been heard of for long.
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND Status = 6 AND IAmAliveTime < @IAmAliveTime
$query$)

ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
