// Made of the OpenAPI document by `npm run client`: not to be edited.

export interface paths {
    "/api/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange e-mail address and password for an API token
         * @description For everybody.
         */
        post: operations["postLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new API token for a browser's session, which is prolonged
         * @description For a browser with a session's cookie.
         */
        post: operations["postSession"];
        /**
         * Log out of this browser; tokens that it has got end as well
         * @description For a browser with a session's cookie.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account for oneself, where that is allowed
         * @description For everybody.
         */
        post: operations["postRegister"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is logged in
         * @description For the role admin, user.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the own name
         * @description For the role admin, user.
         */
        patch: operations["patchMe"];
        trace?: never;
    };
    "/api/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the own password; ends all sessions and tokens, this one too
         * @description For the role admin, user.
         */
        put: operations["putMePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out: ends the tokens and the session that came of the same login
         * @description For the role admin, user.
         */
        post: operations["postMeLogout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/logout-everywhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all own sessions and tokens, this one too
         * @description For the role admin, user.
         */
        post: operations["postMeLogoutEverywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users in the order in which they were created
         * @description For the role admin.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Create a user
         * @description For the role admin.
         */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One user
         * @description For the role admin.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Delete a user and, by default, revoke the device tokens it issued; what it created stays
         * @description For the role admin.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change a user; a new password or role ends its sessions and tokens
         * @description For the role admin.
         */
        patch: operations["patchUser"];
        trace?: never;
    };
    "/api/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List grants in the order in which they were made
         * @description For the role admin.
         */
        get: operations["getGrants"];
        put?: never;
        /**
         * Let a user see a vehicle, or all vehicles of a group, without changing them
         * @description For the role admin.
         */
        post: operations["postGrants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/grants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a grant back
         * @description For the role admin.
         */
        delete: operations["deleteGrant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the groups that are the caller’s, or have vehicles that the caller may see, in order of their keys
         * @description For the role admin, service, user. A service token needs the scope `vehicles:read`.
         */
        get: operations["getGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/groups/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Give a group to another owner
         * @description For the role admin.
         */
        patch: operations["patchGroup"];
        trace?: never;
    };
    "/api/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes, logins, exports and reads of secrets, the newest first; from inclusive, to exclusive
         * @description For the role admin.
         */
        get: operations["getAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/service-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List service tokens without their secrets, in the order in which they were issued
         * @description For the role admin.
         */
        get: operations["getServiceTokens"];
        put?: never;
        /**
         * Issue a service token to a program
         * @description For the role admin.
         */
        post: operations["postServiceTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/service-tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a service token; its MQTT connections end
         * @description For the role admin.
         */
        delete: operations["deleteServiceToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create vehicles from CSV, with a report of each row
         * @description For the role admin, service, user. A service token needs the scope `imports:write`.
         */
        post: operations["postVehiclesImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create devices from CSV, with a report of each row
         * @description For the role admin, service, user. A service token needs the scope `imports:write`.
         */
        post: operations["postDevicesImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the vehicles that the caller may see, in order of their keys
         * @description For the role admin, service, user. A service token needs the scope `vehicles:read`.
         */
        get: operations["getVehicles"];
        put?: never;
        /**
         * Create a vehicle, or all of an array
         * @description For the role admin, service, user. A service token needs the scope `vehicles:write`.
         */
        post: operations["postVehicles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One vehicle
         * @description For the role admin, service, user. A service token needs the scope `vehicles:read`.
         */
        get: operations["getVehicle"];
        put?: never;
        post?: never;
        /**
         * Delete a vehicle; its readings stay, unless an administrator asks for history=delete
         * @description For the role admin, service, user. A service token needs the scope `vehicles:write`.
         */
        delete: operations["deleteVehicle"];
        options?: never;
        head?: never;
        /**
         * Change a vehicle, also its key, by a JSON Merge Patch (RFC 7396), with If-Match only if nobody else has
         * @description For the role admin, service, user. A service token needs the scope `vehicles:write`.
         */
        patch: operations["patchVehicle"];
        trace?: never;
    };
    "/api/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the devices that the caller may see, in order of their keys
         * @description For the role admin, service, user. A service token needs the scope `devices:read`.
         */
        get: operations["getDevices"];
        put?: never;
        /**
         * Create a device, or all of an array
         * @description For the role admin, service, user. A service token needs the scope `devices:write`.
         */
        post: operations["postDevices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One device
         * @description For the role admin, service, user. A service token needs the scope `devices:read`.
         */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        /**
         * Delete a device and its tokens; its connection ends
         * @description For the role admin, service, user. A service token needs the scope `devices:write`.
         */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        /**
         * Change a device, also its key, by a JSON Merge Patch (RFC 7396), with If-Match only if nobody else has
         * @description For the role admin, service, user. A service token needs the scope `devices:write`.
         */
        patch: operations["patchDevice"];
        trace?: never;
    };
    "/api/devices/{key}/public-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let a device sign its own tokens; connections that its former key was used for end
         * @description For the role admin, service, user. A service token needs the scope `device-tokens:write`.
         */
        put: operations["putDevicePublicKey"];
        post?: never;
        /**
         * Remove the public key of a device; connections that it was used for end
         * @description For the role admin, service, user. A service token needs the scope `device-tokens:write`.
         */
        delete: operations["deleteDevicePublicKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{key}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tokens of a device without their secrets, the newest first
         * @description For the role admin, service, user. A service token needs the scope `device-tokens:read`.
         */
        get: operations["getDeviceTokens"];
        put?: never;
        /**
         * Issue an MQTT token to a device
         * @description For the role admin, service, user. A service token needs the scope `device-tokens:write`.
         */
        post: operations["postDeviceTokens"];
        /**
         * Revoke all tokens of a device; its connection ends
         * @description For the role admin, service, user. A service token needs the scope `device-tokens:write`.
         */
        delete: operations["deleteDeviceTokens"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue MQTT tokens to many devices, in their order
         * @description For the role admin, service, user. A service token needs the scope `device-tokens:write`.
         */
        post: operations["postManyDeviceTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{key}/tokens/{jti}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a token of a device; its connection ends
         * @description For the role admin, service, user. A service token needs the scope `device-tokens:write`.
         */
        delete: operations["deleteDeviceToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mqtt-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A token to follow the fleet with an MQTT client, as the caller
         * @description For the role admin, service, user. A service token needs the scope `mqtt:read`.
         */
        post: operations["postMqttTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Commands of a vehicle, the newest first
         * @description For the role admin, service, user. A service token needs the scope `commands:read`.
         */
        get: operations["getVehicleCommands"];
        put?: never;
        /**
         * Send a command to a vehicle; it waits for the device until it expires
         * @description For the role admin, service, user. A service token needs the scope `commands:write`.
         */
        post: operations["postVehicleCommands"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}/commands/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One command and what became of it
         * @description For the role admin, service, user. A service token needs the scope `commands:read`.
         */
        get: operations["getVehicleCommand"];
        put?: never;
        post?: never;
        /**
         * Cancel a command that is queued
         * @description For the role admin, service, user. A service token needs the scope `commands:write`.
         */
        delete: operations["deleteVehicleCommand"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which devices are online and since when, in order of their keys
         * @description For the role admin, service, user. A service token needs the scope `devices:read`.
         */
        get: operations["getPresence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presence/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many devices are online, were online, and never were
         * @description For the role admin, service, user. A service token needs the scope `devices:read`.
         */
        get: operations["getPresenceCounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readings of many vehicles: vehicle by vehicle, in order of time, or as buckets or points
         * @description For the role admin, service, user. A service token needs the scope `history:read`.
         */
        get: operations["getTelemetry"];
        put?: never;
        /**
         * Store readings of a device: one, or an array of 1 to 1000
         * @description For devices.
         */
        post: operations["postTelemetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readings of a vehicle in order of time, from inclusive, to exclusive, or as buckets or points
         * @description For the role admin, service, user. A service token needs the scope `history:read`.
         */
        get: operations["getVehicleTelemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}/position": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest reading of a vehicle that has a position
         * @description For the role admin, service, user. A service token needs the scope `positions:read`.
         */
        get: operations["getVehiclePosition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/telemetry/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readings of many vehicles as a CSV, NDJSON, GeoJSON or GPX file
         * @description For the role admin, service, user. A service token needs the scope `exports:read`.
         */
        get: operations["getTelemetryExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{key}/completeness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of the readings of a device, and which are missing
         * @description For the role admin, service, user. A service token needs the scope `history:read`.
         */
        get: operations["getDeviceCompleteness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}/completeness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of the readings for a vehicle, of all its devices and of each
         * @description For the role admin, service, user. A service token needs the scope `history:read`.
         */
        get: operations["getVehicleCompleteness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest positions: of all vehicles, of a group, in a box, or in a circle the nearest first
         * @description For the role admin, service, user. A service token needs the scope `positions:read`.
         */
        get: operations["getPositions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All vehicles, where they are and what they do: the snapshot that the live feed continues
         * @description For the role admin, service, user. A service token needs the scope `positions:read`.
         */
        get: operations["getLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest value of each field with its time: of all vehicles, of a group, in a box, or in a circle the nearest first
         * @description For the role admin, service, user. A service token needs the scope `positions:read`.
         */
        get: operations["getLatest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest value of each field of a vehicle, with its time
         * @description For the role admin, service, user. A service token needs the scope `positions:read`.
         */
        get: operations["getVehicleLatest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send dead letters of own vehicles through the pipeline again, the oldest first
         * @description For the role admin, service, user. A service token needs the scope `dead-letters:write`.
         */
        post: operations["postDeadLettersReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a dead letter of an own vehicle through the pipeline again
         * @description For the role admin, service, user. A service token needs the scope `dead-letters:write`.
         */
        post: operations["postDeadLetterReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was refused, the newest first; from inclusive, to exclusive
         * @description For the role admin, service, user. A service token needs the scope `dead-letters:read`.
         */
        get: operations["getDeadLetters"];
        put?: never;
        post?: never;
        /**
         * Delete dead letters of own vehicles; with more than 10,000, `more` is true
         * @description For the role admin, service, user. A service token needs the scope `dead-letters:write`.
         */
        delete: operations["deleteDeadLetters"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many were refused for which reason, the most frequent first
         * @description For the role admin, service, user. A service token needs the scope `dead-letters:read`.
         */
        get: operations["getDeadLettersSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One dead letter with its payload, also as text if it is UTF-8
         * @description For the role admin, service, user. A service token needs the scope `dead-letters:read`.
         */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        /**
         * Delete a dead letter of an own vehicle
         * @description For the role admin, service, user. A service token needs the scope `dead-letters:write`.
         */
        delete: operations["deleteDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the fleet and the broker are, for operators
         * @description For the role admin, service. A service token needs the scope `overview:read`.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process is up
         * @description For everybody.
         */
        get: operations["getHealthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The database answers
         * @description For everybody.
         */
        get: operations["getReadyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This process' metrics in Prometheus' text format
         * @description For everybody.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard-config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a page finds the broker and its maps
         * @description For everybody.
         */
        get: operations["getDashboardConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description For everybody.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ApiToken: {
            /** @description a JWT, to be sent as `Authorization: Bearer` */
            token: string;
            /** Format: date-time */
            expires_at: string;
        };
        Fault: {
            /** @enum {unknown} */
            code?: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "wrong_topic" | "message_too_large" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "not_in_vehicle" | "storage_refused" | "not_kept" | "invalid_request" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "too_many_requests" | "internal" | "unavailable";
            /** @description JSON pointer (RFC 6901) to what is wrong; empty: the whole */
            pointer: string;
            detail: string;
        };
        /** @description An error as in RFC 9457 */
        Problem: {
            /** Format: uri */
            type: string;
            title: string;
            status: number;
            detail: string;
            /**
             * @description stable, for programs
             * @enum {unknown}
             */
            code: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "wrong_topic" | "message_too_large" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "not_in_vehicle" | "storage_refused" | "not_kept" | "invalid_request" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "too_many_requests" | "internal" | "unavailable";
            /** @description the same as in x-request-id and in the log */
            request_id: string;
            /** @description at most 100 */
            errors?: components["schemas"]["Fault"][];
        };
        User: {
            id: number;
            email: string;
            name: string;
            /** @enum {unknown} */
            role: "admin" | "user";
            /** Format: date-time */
            created_at: string;
        };
        UserPage: {
            items: components["schemas"]["User"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        DeletedUser: {
            /** @description their connections end */
            device_tokens_revoked: number;
        };
        Grant: {
            id: number;
            user: number;
            vehicle: string | null;
            group: string | null;
            /** Format: date-time */
            created_at: string;
        };
        GrantPage: {
            items: components["schemas"]["Grant"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        Group: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            /** @description the user that may put vehicles into it, shown to that user and to administrators; null: administrators alone may */
            owner: number | null;
            /** @description those of it that the caller may see */
            vehicles: number;
            /** Format: date-time */
            created_at: string;
        };
        GroupPage: {
            items: components["schemas"]["Group"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        AuditEntry: {
            id: number;
            /** Format: date-time */
            at: string;
            /** @description such as user:1 */
            actor: string;
            /** @description such as vehicle.update */
            action: string;
            /** @description such as vehicle:truck-7 */
            subject: string;
            /** @description null: it was made */
            before: Record<string, never> | null;
            /** @description null: it was deleted. What changes nothing has a `count` */
            after: Record<string, never> | null;
            request_id: string;
            address: string;
        };
        AuditEntryPage: {
            items: components["schemas"]["AuditEntry"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        ServiceToken: {
            id: number;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            name: string;
            scopes: string[];
            /** @description null: all vehicles */
            groups: string[] | null;
            /** Format: date-time */
            created_at: string;
            /** @description the administrator; null: deleted since */
            created_by: number | null;
            /** Format: date-time */
            expires_at: string;
            /** @description a JWT, shown only here: `Authorization: Bearer` */
            token: string;
        };
        KnownServiceToken: {
            id: number;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            name: string;
            scopes: string[];
            /** @description null: all vehicles */
            groups: string[] | null;
            /** Format: date-time */
            created_at: string;
            /** @description the administrator; null: deleted since */
            created_by: number | null;
            /** Format: date-time */
            expires_at: string;
            /** @description null: it is valid until it expires */
            revoked_at: string | null;
            /** @description when the API was last called with it, up to a minute before; null: never */
            last_used_at: string | null;
        };
        KnownServiceTokenPage: {
            items: components["schemas"]["KnownServiceToken"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        ImportedRow: {
            line: number;
            key: string | null;
            /** @enum {unknown} */
            status: "created" | "refused";
            errors: components["schemas"]["Fault"][];
        };
        ImportReport: {
            created: number;
            refused: number;
            rows: components["schemas"]["ImportedRow"][];
        };
        Vehicle: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            /**
             * @description text without control characters, and not only blanks
             * @example Truck 7
             */
            name: string;
            plate: string;
            vin: string;
            group: string | null;
            tags: string[];
            /** @description texts, numbers and truth values by their names */
            attributes: Record<string, never>;
            /** Format: date-time */
            created_at: string;
        };
        VehiclePage: {
            items: components["schemas"]["Vehicle"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        Device: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            /**
             * @description text without control characters, and not only blanks
             * @example Truck 7
             */
            name: string;
            serial: string;
            firmware: string;
            vehicle: string | null;
            /** @description PEM */
            public_key: string | null;
            /** Format: date-time */
            created_at: string;
        };
        DevicePage: {
            items: components["schemas"]["Device"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        DeviceToken: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            device: string;
            /** @description a JWT, shown only here: the password of the MQTT connection */
            token: string;
            /** Format: uuid */
            jti: string;
            /** Format: date-time */
            expires_at: string;
        };
        DeviceTokens: {
            items: components["schemas"]["DeviceToken"][];
        };
        KnownDeviceToken: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            device: string;
            /** Format: uuid */
            jti: string;
            /** Format: date-time */
            issued_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @description null: it is good until it expires */
            revoked_at: string | null;
            /** @description when a broker last let the device in with it, up to a minute before; null: never */
            last_used_at: string | null;
        };
        KnownDeviceTokenPage: {
            items: components["schemas"]["KnownDeviceToken"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        RevokedTokens: {
            revoked: number;
        };
        MqttToken: {
            /** @description a JWT: the password of the MQTT connection */
            token: string;
            /** @description what the MQTT client id has to begin with */
            client_id_prefix: string;
            /** @description whose live feed it may follow, at `live/{scope}`: `all`, the id of the user, or a name for a service token */
            scope: string;
            /** Format: date-time */
            expires_at: string;
        };
        Command: {
            id: number;
            name: string;
            params: Record<string, never>;
            /** @enum {unknown} */
            state: "queued" | "delivered" | "acknowledged" | "failed" | "expired" | "cancelled";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            delivered_at: string | null;
            /** @description when it was answered or cancelled */
            settled_at: string | null;
            /** @description which it was delivered to */
            device: string | null;
            /** @description of the device */
            result: unknown;
        };
        CommandPage: {
            items: components["schemas"]["Command"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        Presence: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            device: string;
            vehicle: string | null;
            group: string | null;
            /** @description it is connected over MQTT, or has reported over HTTP within STALE_AFTER_S */
            online: boolean;
            /** @description since when it is online or offline; null: it never was online */
            since: string | null;
            last_seen: string | null;
        };
        PresencePage: {
            items: components["schemas"]["Presence"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        PresenceCounts: {
            online: number;
            offline: number;
            never: number;
        };
        HistoryReading: {
            /** Format: date-time */
            time: string;
            /** @description degrees */
            lat?: number;
            /** @description degrees */
            lon?: number;
            /** @description m */
            altitude?: number;
            /** @description km/h */
            speed?: number;
            /** @description degrees from north */
            heading?: number;
            /** @description 1/min */
            rpm?: number;
            /** @description % */
            engine_load?: number;
            /** @description % */
            fuel_level?: number;
            /** @description l/h */
            fuel_rate?: number;
            /** @description degrees C */
            coolant_temp?: number;
            /** @description V */
            battery_voltage?: number;
            /** @description km */
            odometer?: number;
            ignition?: boolean;
            status?: string;
            seq?: number;
            extra?: {
                [key: string]: string | number | boolean | null;
            };
            /** Format: date-time */
            received_at?: string;
            device?: string | null;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle?: string;
        };
        /** @description what was asked for under the name of each field */
        HistoryBucket: {
            /** Format: date-time */
            time: string;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle?: string;
        } & {
            [key: string]: unknown;
        };
        History: {
            /** @description Several readings can have one time: they are in the order in which they were stored. */
            items: (components["schemas"]["HistoryReading"] | components["schemas"]["HistoryBucket"])[];
            next_cursor: string | null;
            prev_cursor: string | null;
        };
        StoredReading: {
            /** Format: date-time */
            time: string;
            /** @description degrees */
            lat?: number;
            /** @description degrees */
            lon?: number;
            /** @description m */
            altitude?: number;
            /** @description km/h */
            speed?: number;
            /** @description degrees from north */
            heading?: number;
            /** @description 1/min */
            rpm?: number;
            /** @description % */
            engine_load?: number;
            /** @description % */
            fuel_level?: number;
            /** @description l/h */
            fuel_rate?: number;
            /** @description degrees C */
            coolant_temp?: number;
            /** @description V */
            battery_voltage?: number;
            /** @description km */
            odometer?: number;
            ignition?: boolean;
            status?: string;
            seq?: number;
            extra?: {
                [key: string]: string | number | boolean | null;
            };
            /** Format: date-time */
            received_at: string;
            device: string | null;
        };
        CompletenessCounts: {
            /** @description stored, duplicates and rejected together */
            received: number;
            /** @description readings whose time is in the period */
            stored: number;
            /** @description readings that were stored before (the same vehicle, time and values), in the hours of UTC that the period touches; about */
            duplicates: number;
            /** @description dead letters received in the period, as far as they are kept: one for a reading, one for a whole message */
            rejected: number;
            /** @description those stored that were received late */
            late: number;
        };
        MissingReadings: {
            from_seq: number;
            to_seq: number;
            count: number;
            /**
             * Format: date-time
             * @description time of the reading before the gap
             */
            after: string;
            /**
             * Format: date-time
             * @description time of the reading behind the gap
             */
            before: string;
        };
        DeviceCompleteness: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            device: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            late_after_s: number;
            counts: components["schemas"]["CompletenessCounts"];
            /** @description of the first reading that has one, in order of time */
            first_seq: number | null;
            last_seq: number | null;
            /** @description how often `seq` went down to a value that was not skipped before; that begins to count again and is no gap */
            restarts: number;
            /** @description values of `seq` that no stored reading has, also none of a day before or behind the period, in order of time; one that another device of the vehicle sent as well is stored */
            missing: components["schemas"]["MissingReadings"][];
            /** @description how many values are missing, also in ranges that were cut off */
            missing_total: number;
            /** @description there are more than 1000 ranges */
            missing_cut: boolean;
        };
        CompletenessOfDevice: {
            device: string | null;
            counts: components["schemas"]["CompletenessCounts"];
        };
        VehicleCompleteness: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            late_after_s: number;
            counts: components["schemas"]["CompletenessCounts"];
            /** @description of each device that sent for it, the most readings first; `device` is null when it was deleted */
            devices: components["schemas"]["CompletenessOfDevice"][];
        };
        Position: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            /** Format: date-time */
            time: string;
            /** Format: date-time */
            received_at: string;
            device: string | null;
            lat: number;
            lon: number;
            altitude?: number;
            speed?: number;
            heading?: number;
            ignition?: boolean;
            /** @description metres */
            distance?: number;
        };
        PositionPage: {
            items: components["schemas"]["Position"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        LiveVehicle: {
            /** @description what the frames of the live feed call it */
            id: number;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            name: string;
            plate?: string;
            group: string | null;
            /**
             * @description by its newest values that are not stale, and whether a device of it is online
             * @enum {unknown}
             */
            state: "unknown" | "moving" | "idling" | "stopped" | "offline" | "alert" | "stale";
            /**
             * @description the same whether it is online or not; if all of its values are stale, by all of them
             * @enum {unknown}
             */
            last_state: "unknown" | "moving" | "idling" | "stopped" | "offline" | "alert" | "stale";
            /**
             * Format: date-time
             * @description of the value that decides `last_state`
             */
            last_state_time?: string;
            /** @description all of these values are older than STALE_AFTER_S */
            is_stale: boolean;
            /**
             * Format: date-time
             * @description of the position
             */
            time?: string;
            lat?: number;
            lon?: number;
            speed?: number;
            heading?: number;
            ignition?: boolean;
        };
        LiveVehiclePage: {
            items: components["schemas"]["LiveVehicle"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        LatestNumber: {
            value: number;
            /**
             * Format: date-time
             * @description of the reading that has it
             */
            time: string;
            age_s: number;
            /** @description it is older than STALE_AFTER_S */
            is_stale: boolean;
        };
        LatestBoolean: {
            value: boolean;
            /**
             * Format: date-time
             * @description of the reading that has it
             */
            time: string;
            age_s: number;
            /** @description it is older than STALE_AFTER_S */
            is_stale: boolean;
        };
        LatestText: {
            value: string;
            /**
             * Format: date-time
             * @description of the reading that has it
             */
            time: string;
            age_s: number;
            /** @description it is older than STALE_AFTER_S */
            is_stale: boolean;
        };
        LatestExtra: {
            value: string | number | boolean | null;
            /**
             * Format: date-time
             * @description of the reading that has it
             */
            time: string;
            age_s: number;
            /** @description it is older than STALE_AFTER_S */
            is_stale: boolean;
        };
        LatestValues: {
            lat?: components["schemas"]["LatestNumber"];
            lon?: components["schemas"]["LatestNumber"];
            altitude?: components["schemas"]["LatestNumber"];
            speed?: components["schemas"]["LatestNumber"];
            heading?: components["schemas"]["LatestNumber"];
            rpm?: components["schemas"]["LatestNumber"];
            engine_load?: components["schemas"]["LatestNumber"];
            fuel_level?: components["schemas"]["LatestNumber"];
            fuel_rate?: components["schemas"]["LatestNumber"];
            coolant_temp?: components["schemas"]["LatestNumber"];
            battery_voltage?: components["schemas"]["LatestNumber"];
            odometer?: components["schemas"]["LatestNumber"];
            ignition?: components["schemas"]["LatestBoolean"];
            status?: components["schemas"]["LatestText"];
            extra?: {
                [key: string]: components["schemas"]["LatestExtra"];
            };
        };
        Latest: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            values: components["schemas"]["LatestValues"];
        };
        LatestPage: {
            items: components["schemas"]["Latest"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        Reading: {
            /** @description RFC 3339 with zone, or epoch milliseconds */
            time?: string | number;
            /** @description degrees */
            lat?: number;
            /** @description degrees */
            lon?: number;
            /** @description m */
            altitude?: number;
            /** @description km/h */
            speed?: number;
            /** @description degrees from north */
            heading?: number;
            /** @description 1/min */
            rpm?: number;
            /** @description % */
            engine_load?: number;
            /** @description % */
            fuel_level?: number;
            /** @description l/h */
            fuel_rate?: number;
            /** @description degrees C */
            coolant_temp?: number;
            /** @description V */
            battery_voltage?: number;
            /** @description km */
            odometer?: number;
            ignition?: boolean;
            status?: string;
            seq?: number;
            extra?: {
                [key: string]: string | number | boolean | null;
            };
        };
        /** @description The flat shape of some trackers. Numbers may be text; null and empty text are no value. */
        LegacyReading: {
            /** @description the device's key */
            iot_id: string | number;
            /** @description the device's token, if there is no Authorization header */
            token?: string;
            rpm?: string | number | null;
            speed?: string | number | null;
            /** @description fuel_level */
            fuel?: string | number | null;
            engine_load?: string | number | null;
            coolant_temp?: string | number | null;
            lat?: string | number | null;
            /** @description lon */
            long?: string | number | null;
            /** @description extra.ip, as are sw_version and hw_version */
            ip?: string | number | null;
            sw_version?: string | number | null;
            hw_version?: string | number | null;
            status?: string | number | null;
        };
        Outcome: {
            stored: number;
            /** @description readings that were stored before: the same vehicle, time and values */
            duplicates: number;
            /** @description kept as dead letters */
            rejected: number;
            /** @description what was wrong with those, at most 100 */
            errors: components["schemas"]["Fault"][];
        };
        KeptDeadLetter: {
            id: number;
            /** @description what is still wrong with it */
            errors: components["schemas"]["Fault"][];
        };
        ReplayPage: {
            /** @description dead letters that are stored now, and gone from here */
            replayed: number;
            /** @description readings that are new */
            stored: number;
            /** @description readings that were stored before */
            duplicates: number;
            /** @description dead letters that were refused again */
            kept: components["schemas"]["KeptDeadLetter"][];
            /** @description there are more: ask again with it; null: these were all */
            next_cursor: string | null;
        };
        Replay: {
            /** @description dead letters that are stored now, and gone from here */
            replayed: number;
            /** @description readings that are new */
            stored: number;
            /** @description readings that were stored before */
            duplicates: number;
            /** @description dead letters that were refused again */
            kept: components["schemas"]["KeptDeadLetter"][];
        };
        DeadLetter: {
            id: number;
            /** Format: date-time */
            received_at: string;
            vehicle: string | null;
            device: string | null;
            code: string;
            problems: components["schemas"]["Fault"][];
            /** @description its place in the array; null: the whole message */
            reading_index: number | null;
            payload_bytes: number;
            payload?: string;
            /** @description the payload of a single one, if it is UTF-8 */
            text?: string;
        };
        DeadLetterPage: {
            items: components["schemas"]["DeadLetter"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        DeadLetterCount: {
            code: string;
            count: number;
            /** Format: date-time */
            newest: string;
        };
        DeadLetterSummary: {
            items: components["schemas"]["DeadLetterCount"][];
        };
        DeletedDeadLetters: {
            deleted: number;
            /** @description there may be more: ask again */
            more: boolean;
        };
        VehicleCounts: {
            total: number;
            online: number;
            offline: number;
            never: number;
        };
        DeviceCounts: {
            total: number;
            online: number;
            offline: number;
            never: number;
        };
        RejectedCounts: {
            /** Format: date-time */
            from: string;
            items: components["schemas"]["DeadLetterCount"][];
        };
        SpoolStatus: {
            messages: number;
            bytes: number;
            bytes_max: number;
            /** @description since its oldest message was received; 0: it is empty */
            oldest_s: number;
        };
        BrokerSample: {
            /** Format: date-time */
            at: string;
            messages_settled: number;
            readings_stored: number;
            readings_duplicate: number;
            readings_rejected: number;
            messages_spooled: number;
            messages_drained: number;
            /** @description acknowledgements that took no longer than each of `ack_bounds_s`, and then all of them */
            ack_counts: number[];
        };
        BrokerStatus: {
            version: string;
            /**
             * Format: date-time
             * @description its counters began at 0 then
             */
            started_at: string;
            ready: boolean;
            /** @description why it is not ready, or what is unusual; may be empty */
            detail: string;
            mqtt_port: number;
            /** @description null: without TLS */
            mqtts_port: number | null;
            connections: number;
            /** @description whose socket is not read; twice with two reasons */
            connections_held_back: number;
            messages_pending: number;
            /** @description payload that waits for room in a batch */
            waiting_bytes: number;
            waiting_bytes_max: number;
            /** @description it is there, and writes take longer than they may */
            database_slow: boolean;
            /** @description it takes no writes; messages go to the spool */
            database_away: boolean;
            spool: components["schemas"]["SpoolStatus"];
            ack_bounds_s: number[];
            now: components["schemas"]["BrokerSample"];
            /** @description one a minute, up to an hour, the oldest first */
            recent: components["schemas"]["BrokerSample"][];
        } | null;
        Overview: {
            /** Format: date-time */
            at: string;
            vehicles: components["schemas"]["VehicleCounts"];
            devices: components["schemas"]["DeviceCounts"];
            /** @description when the newest reading with a position was received, by any broker */
            newest_received_at: string | null;
            rejected: components["schemas"]["RejectedCounts"];
            broker: components["schemas"]["BrokerStatus"];
            /** @description why `broker` is null */
            broker_unknown: string | null;
        };
        Status: {
            /** @enum {unknown} */
            status: "up" | "ready";
        };
        DashboardConfig: {
            /** @description the broker's WebSocket; null: at this API's host, path /mqtt, at one of these ports */
            mqtt_url: string | null;
            mqtt_ws_port: number;
            /** @description null: without TLS */
            mqtt_wss_port: number | null;
            /** @description of raster tiles, with {z}, {x} and {y} */
            tiles_url: string | null;
            /** @description whose the tiles are, plain text */
            tiles_attribution: string | null;
            /** @description of a style as MapLibre GL reads it */
            style_url: string | null;
            /** @description seconds after which a value is stale */
            stale_after_s: number;
            version: string;
        };
    };
    responses: {
        /** @description The request is not valid (`invalid_request`) */
        InvalidRequest: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/invalid_request",
                 *       "title": "The request is not valid",
                 *       "status": 400,
                 *       "detail": "what was wrong with this request",
                 *       "code": "invalid_request",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not logged in (`unauthorized`) */
        UnauthorizedCounted: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                /** @description the challenge of RFC 6750 */
                "www-authenticate"?: string;
                /** @description r: how many are left, t: seconds until all are (draft-ietf-httpapi-ratelimit-headers) */
                ratelimit?: string;
                /** @description q: how many there are in w seconds */
                "ratelimit-policy"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/unauthorized",
                 *       "title": "Not logged in",
                 *       "status": 401,
                 *       "detail": "what was wrong with this request",
                 *       "code": "unauthorized",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request is too large (`payload_too_large`) */
        PayloadTooLarge: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/payload_too_large",
                 *       "title": "The request is too large",
                 *       "status": 413,
                 *       "detail": "what was wrong with this request",
                 *       "code": "payload_too_large",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The media type is not supported (`unsupported_media_type`) */
        UnsupportedMediaType: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/unsupported_media_type",
                 *       "title": "The media type is not supported",
                 *       "status": 415,
                 *       "detail": "what was wrong with this request",
                 *       "code": "unsupported_media_type",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests (`too_many_requests`) */
        TooManyRequestsCounted: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                /** @description seconds */
                "retry-after"?: string;
                /** @description r: how many are left, t: seconds until all are (draft-ietf-httpapi-ratelimit-headers) */
                ratelimit?: string;
                /** @description q: how many there are in w seconds */
                "ratelimit-policy"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/too_many_requests",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "detail": "what was wrong with this request",
                 *       "code": "too_many_requests",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something went wrong here (`internal`) */
        Internal: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/internal",
                 *       "title": "Something went wrong here",
                 *       "status": 500,
                 *       "detail": "what was wrong with this request",
                 *       "code": "internal",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not available right now (`unavailable`) */
        Unavailable: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                /** @description seconds, when it is known */
                "retry-after"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/unavailable",
                 *       "title": "Not available right now",
                 *       "status": 503,
                 *       "detail": "what was wrong with this request",
                 *       "code": "unavailable",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not logged in (`unauthorized`) */
        Unauthorized: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                /** @description the challenge of RFC 6750 */
                "www-authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/unauthorized",
                 *       "title": "Not logged in",
                 *       "status": 401,
                 *       "detail": "what was wrong with this request",
                 *       "code": "unauthorized",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not allowed (`forbidden`) */
        Forbidden: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                /** @description the challenge of RFC 6750 */
                "www-authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/forbidden",
                 *       "title": "Not allowed",
                 *       "status": 403,
                 *       "detail": "what was wrong with this request",
                 *       "code": "forbidden",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It conflicts with what is there (`conflict`) */
        Conflict: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/conflict",
                 *       "title": "It conflicts with what is there",
                 *       "status": 409,
                 *       "detail": "what was wrong with this request",
                 *       "code": "conflict",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not found (`not_found`) */
        NotFound: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/not_found",
                 *       "title": "Not found",
                 *       "status": 404,
                 *       "detail": "what was wrong with this request",
                 *       "code": "not_found",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It was changed meanwhile (`precondition_failed`) */
        PreconditionFailed: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/precondition_failed",
                 *       "title": "It was changed meanwhile",
                 *       "status": 412,
                 *       "detail": "what was wrong with this request",
                 *       "code": "precondition_failed",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests (`too_many_requests`) */
        TooManyRequests: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                /** @description seconds */
                "retry-after"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/too_many_requests",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "detail": "what was wrong with this request",
                 *       "code": "too_many_requests",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The payload is empty (`empty_payload`); The payload is not UTF-8 (`not_utf8`); The payload is not JSON (`not_json`); The payload is nested too deeply (`too_deep`); The array holds no reading (`no_readings`); The array holds too many readings (`too_many_readings`); The device may not publish telemetry to this topic (`wrong_topic`); The message is too large (`message_too_large`); A reading is a JSON object (`not_an_object`); The reading has no value besides time and seq (`empty_reading`); The field is not known (`unknown_field`); A field is missing (`missing_field`); The value has the wrong type (`wrong_type`); The value is out of range (`out_of_range`); The text is too short, too long or has characters that cannot be stored (`bad_text`); The name cannot be used (`bad_name`); There are too many values (`too_many_values`); The time is not RFC 3339 with a zone, nor epoch milliseconds (`bad_time`); The time has no zone (`time_without_zone`); The time is too far in the past (`time_too_old`); The time is too far in the future (`time_in_future`); The device was in no vehicle at the time of the reading (`not_in_vehicle`); The database refused the reading (`storage_refused`); Further rejections of the device are not kept for now (`not_kept`) */
        EmptyPayloadOrNotUtf8OrNotJsonOrTooDeepOrNoReadingsOrTooManyReadingsOrWrongTopicOrMessageTooLargeOrNotAnObjectOrEmptyReadingOrUnknownFieldOrMissingFieldOrWrongTypeOrOutOfRangeOrBadTextOrBadNameOrTooManyValuesOrBadTimeOrTimeWithoutZoneOrTimeTooOldOrTimeInFutureOrNotInVehicleOrStorageRefusedOrNotKept: {
            headers: {
                /** @description names the request in the log; the client's own if it sent a plain one */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/empty_payload",
                 *       "title": "The payload is empty",
                 *       "status": 422,
                 *       "detail": "what was wrong with this request",
                 *       "code": "empty_payload",
                 *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    postLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                    /** @default false */
                    remember?: boolean;
                };
            };
        };
        responses: {
            /** @description The token */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description with `remember`: the session, for /api/session only */
                    "set-cookie"?: string;
                    /** @description r: how many are left, t: seconds until all are (draft-ietf-httpapi-ratelimit-headers) */
                    ratelimit?: string;
                    /** @description q: how many there are in w seconds */
                    "ratelimit-policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiToken"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthorizedCounted"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequestsCounted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description the session, for this route only */
                    "set-cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiToken"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This browser is logged out */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description the session, for this route only */
                    "set-cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["Internal"];
        };
    };
    postRegister: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description an e-mail address */
                    email: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description The user */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description r: how many are left, t: seconds until all are (draft-ietf-httpapi-ratelimit-headers) */
                    ratelimit?: string;
                    /** @description q: how many there are in w seconds */
                    "ratelimit-policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequestsCounted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description The user as it is now */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    putMePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description It is changed */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description r: how many are left, t: seconds until all are (draft-ietf-httpapi-ratelimit-headers) */
                    ratelimit?: string;
                    /** @description q: how many there are in w seconds */
                    "ratelimit-policy"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["UnauthorizedCounted"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequestsCounted"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postMeLogout: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They have ended */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postMeLogoutEverywhere: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All sessions and tokens are over */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsers: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postUsers: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description an e-mail address */
                    email: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                    password: string;
                    /**
                     * @default user
                     * @enum {unknown}
                     */
                    role?: "admin" | "user";
                };
            };
        };
        responses: {
            /** @description The user */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description where it is */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUser: {
        parameters: {
            query?: {
                /** @description what becomes of the device tokens that the user issued */
                device_tokens?: "revoke" | "keep";
            };
            header?: never;
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedUser"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description an e-mail address */
                    email?: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                    password?: string;
                    /** @enum {unknown} */
                    role?: "admin" | "user";
                };
            };
        };
        responses: {
            /** @description The user as it is now */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getGrants: {
        parameters: {
            query?: {
                user?: number;
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postGrants: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user: number;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    vehicle?: string;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    group?: string;
                };
            };
        };
        responses: {
            /** @description The grant */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is taken back */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getGroups: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    owner: number | null;
                };
            };
        };
        responses: {
            /** @description The group as it is now */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getAuditLog: {
        parameters: {
            query?: {
                subject?: string;
                actor?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getServiceTokens: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownServiceTokenPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postServiceTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    name: string;
                    /** @description what it may do; `write` does not include `read` */
                    scopes: ("vehicles:read" | "vehicles:write" | "devices:read" | "devices:write" | "device-tokens:read" | "device-tokens:write" | "commands:read" | "commands:write" | "positions:read" | "history:read" | "exports:read" | "imports:write" | "dead-letters:read" | "dead-letters:write" | "overview:read" | "mqtt:read")[];
                    /** @description the groups whose vehicles it sees; null: all vehicles */
                    groups: string[] | null;
                    /** @default 90 */
                    lifetime_days?: number;
                };
            };
        };
        responses: {
            /** @description The token */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceToken"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteServiceToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked, now or since before */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postVehiclesImport: {
        parameters: {
            query?: {
                /** @description tells what would become of each row, and creates none */
                dry_run?: boolean;
            };
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description What became of each row */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postDevicesImport: {
        parameters: {
            query?: {
                /** @description tells what would become of each row, and creates none */
                dry_run?: boolean;
            };
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description What became of each row */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehicles: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                /** @description text without control characters, and not only blanks */
                tag?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VehiclePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postVehicles: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    key: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text without control characters, and not only blanks */
                    plate?: string;
                    /** @description 5 to 17 capital letters and digits, without I, O and Q */
                    vin?: string;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    group?: string;
                    tags?: string[];
                    attributes?: {
                        [key: string]: string | number | boolean;
                    };
                } | {
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    key: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text without control characters, and not only blanks */
                    plate?: string;
                    /** @description 5 to 17 capital letters and digits, without I, O and Q */
                    vin?: string;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    group?: string;
                    tags?: string[];
                    attributes?: {
                        [key: string]: string | number | boolean;
                    };
                }[];
            };
        };
        responses: {
            /** @description All of them were created */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description where it is, if it is one */
                    location?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vehicle"] | components["schemas"]["Vehicle"][];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehicle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The vehicle */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vehicle"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteVehicle: {
        parameters: {
            query?: {
                history?: "keep" | "delete";
            };
            header?: {
                /** @description The etag of what was read: it is changed only if nobody else has changed it since (else 412) */
                "If-Match"?: string;
            };
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchVehicle: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag of what was read: it is changed only if nobody else has changed it since (else 412) */
                "If-Match"?: string;
            };
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    key?: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string | null;
                    /** @description text without control characters, and not only blanks */
                    plate?: string | null;
                    /** @description 5 to 17 capital letters and digits, without I, O and Q */
                    vin?: string | null;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    group?: string | null;
                    tags?: string[] | null;
                    attributes?: {
                        [key: string]: string | number | boolean | null;
                    } | null;
                };
            };
        };
        responses: {
            /** @description The vehicle as it is now */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vehicle"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDevices: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postDevices: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    key: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text without control characters, and not only blanks */
                    serial?: string;
                    /** @description text without control characters, and not only blanks */
                    firmware?: string;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    vehicle?: string;
                    public_key?: string;
                } | {
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    key: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text without control characters, and not only blanks */
                    serial?: string;
                    /** @description text without control characters, and not only blanks */
                    firmware?: string;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    vehicle?: string;
                    public_key?: string;
                }[];
            };
        };
        responses: {
            /** @description All of them were created */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description where it is, if it is one */
                    location?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"] | components["schemas"]["Device"][];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag of what was read: it is changed only if nobody else has changed it since (else 412) */
                "If-Match"?: string;
            };
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag of what was read: it is changed only if nobody else has changed it since (else 412) */
                "If-Match"?: string;
            };
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    key?: string;
                    /**
                     * @description text without control characters, and not only blanks
                     * @example Truck 7
                     */
                    name?: string | null;
                    /** @description text without control characters, and not only blanks */
                    serial?: string | null;
                    /** @description text without control characters, and not only blanks */
                    firmware?: string | null;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    vehicle?: string | null;
                };
            };
        };
        responses: {
            /** @description The device as it is now */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    putDevicePublicKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    public_key: string;
                };
            };
        };
        responses: {
            /** @description The device */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDevicePublicKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has no public key */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDeviceTokens: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownDeviceTokenPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postDeviceTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    lifetime_days?: number;
                };
            };
        };
        responses: {
            /** @description The token */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceToken"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDeviceTokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many were revoked */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevokedTokens"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postManyDeviceTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    devices: string[];
                    lifetime_days?: number;
                };
            };
        };
        responses: {
            /** @description A token for each */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceTokens"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDeviceToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
                /** @description a UUID */
                jti: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked, now or since before */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postMqttTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MqttToken"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehicleCommands: {
        parameters: {
            query?: {
                state?: "queued" | "delivered" | "acknowledged" | "failed" | "expired" | "cancelled";
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postVehicleCommands: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description 1 to 64 letters, digits, _ . and - */
                    name: string;
                    params?: Record<string, never>;
                    /** @default 3600 */
                    expires_in_s?: number;
                };
            };
        };
        responses: {
            /** @description The command */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    /** @description where it is */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehicleCommand: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteVehicleCommand: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command, cancelled */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPresence: {
        parameters: {
            query?: {
                online?: boolean;
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresencePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPresenceCounts: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresenceCounts"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTelemetry: {
        parameters: {
            query?: {
                /** @description keys with commas between them */
                vehicles?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                fields?: string;
                /** @description Conditions with commas between them, or several of this; all must hold: `speed>90,ignition=true`. Numbers take >= <= > < = !=, ignition and status = and !=; a text with a comma is in double quotes. */
                where?: string[];
                order?: "asc" | "desc";
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
                /** @description a number and s, m, h or d, from 1s to 30d */
                bucket?: string;
                /** @description an IANA time zone such as Europe/Stockholm, for buckets of whole days */
                tz?: string;
                /** @description some of min,max,avg,first,last,count */
                aggregates?: string;
                fill?: "null" | "previous";
                /** @description of each vehicle, for a chart of one field (LTTB) */
                points?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of readings, or all buckets or points */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postTelemetry: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reading"] | components["schemas"]["Reading"][] | components["schemas"]["LegacyReading"];
            };
        };
        responses: {
            /** @description Committed; of an array at least one reading */
            201: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outcome"];
                };
            };
            /** @description The database is away: safe on the disk of the broker */
            202: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outcome"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["EmptyPayloadOrNotUtf8OrNotJsonOrTooDeepOrNoReadingsOrTooManyReadingsOrWrongTopicOrMessageTooLargeOrNotAnObjectOrEmptyReadingOrUnknownFieldOrMissingFieldOrWrongTypeOrOutOfRangeOrBadTextOrBadNameOrTooManyValuesOrBadTimeOrTimeWithoutZoneOrTimeTooOldOrTimeInFutureOrNotInVehicleOrStorageRefusedOrNotKept"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehicleTelemetry: {
        parameters: {
            query?: {
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                fields?: string;
                /** @description Conditions with commas between them, or several of this; all must hold: `speed>90,ignition=true`. Numbers take >= <= > < = !=, ignition and status = and !=; a text with a comma is in double quotes. */
                where?: string[];
                order?: "asc" | "desc";
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
                /** @description a number and s, m, h or d, from 1s to 30d */
                bucket?: string;
                /** @description an IANA time zone such as Europe/Stockholm, for buckets of whole days */
                tz?: string;
                /** @description some of min,max,avg,first,last,count */
                aggregates?: string;
                fill?: "null" | "previous";
                /** @description of each vehicle, for a chart of one field (LTTB) */
                points?: number;
            };
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of readings, or all buckets or points */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehiclePosition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reading */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredReading"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTelemetryExport: {
        parameters: {
            query: {
                /** @description keys with commas between them */
                vehicles?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                fields?: string;
                /** @description Conditions with commas between them, or several of this; all must hold: `speed>90,ignition=true`. Numbers take >= <= > < = !=, ignition and status = and !=; a text with a comma is in double quotes. */
                where?: string[];
                format: "csv" | "ndjson" | "geojson" | "gpx";
                /** @description of GeoJSON: a feature for each position, or a line for each vehicle, cut at the 180th meridian */
                geometry?: "point" | "line";
                /** @description of CSV: leaves texts as they are that a spreadsheet would run, which get an apostrophe otherwise */
                raw?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                    "application/geo+json": string;
                    "application/gpx+xml": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDeviceCompleteness: {
        parameters: {
            query?: {
                /** @description RFC 3339 with zone, or epoch milliseconds; default a day before `to` */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds, at most 31 days behind `from`; default now */
                to?: string;
                /** @description a reading is late when it was received more seconds than this after its time */
                late_after_s?: number;
            };
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counts and missing ranges */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceCompleteness"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehicleCompleteness: {
        parameters: {
            query?: {
                /** @description RFC 3339 with zone, or epoch milliseconds; default a day before `to` */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds, at most 31 days behind `from`; default now */
                to?: string;
                /** @description a reading is late when it was received more seconds than this after its time */
                late_after_s?: number;
            };
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counts */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VehicleCompleteness"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPositions: {
        parameters: {
            query?: {
                /** @description minLon,minLat,maxLon,maxLat in degrees; minLon may be the greater one, across 180 */
                bbox?: string;
                /** @description lat,lon in degrees, with `radius` */
                near?: string;
                /** @description metres */
                radius?: number;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLive: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveVehiclePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLatest: {
        parameters: {
            query?: {
                /** @description minLon,minLat,maxLon,maxLat in degrees; minLon may be the greater one, across 180 */
                bbox?: string;
                /** @description lat,lon in degrees, with `radius` */
                near?: string;
                /** @description metres */
                radius?: number;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVehicleLatest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The values */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Latest"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postDeadLettersReplay: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                code?: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "wrong_topic" | "message_too_large" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "not_in_vehicle" | "storage_refused" | "not_kept";
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
            };
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postDeadLetterReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is sent again with the same one within a day is done once, and answered as the first time */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDeadLetters: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                code?: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "wrong_topic" | "message_too_large" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "not_in_vehicle" | "storage_refused" | "not_kept";
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or `prev_cursor` where there is one; all else as it was */
                cursor?: string;
                payload?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDeadLetters: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                code?: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "wrong_topic" | "message_too_large" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "not_in_vehicle" | "storage_refused" | "not_kept";
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many were deleted */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedDeadLetters"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDeadLettersSummary: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                code?: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "wrong_topic" | "message_too_large" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "not_in_vehicle" | "storage_refused" | "not_kept";
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A count for each reason */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterSummary"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted */
            204: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The overview */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getHealthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["Internal"];
        };
    };
    getReadyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["Internal"];
        };
    };
    getDashboardConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings of the dashboard */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardConfig"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["Internal"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                        info: Record<string, never>;
                        paths: Record<string, never>;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["Internal"];
        };
    };
}
