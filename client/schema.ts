// Generated from the OpenAPI document by `npm run client`; do not edit.

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
         * @description Public.
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
         * Get a new API token for a browser's session, and prolong the session
         * @description For a browser with a session's cookie.
         */
        post: operations["postSession"];
        /**
         * Log out of this browser, and revoke the tokens it was issued
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
         * Create an account, if registration is allowed
         * @description Public.
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
         * Get the current user
         * @description Requires the role admin or user.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the caller's name
         * @description Requires the role admin or user.
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
         * Change the caller's password; ends all their sessions and tokens, including the ones used for this request
         * @description Requires the role admin or user.
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
         * Log out: ends the session and the tokens of this login
         * @description Requires the role admin or user.
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
         * End all of the caller's sessions and tokens, including the ones used for this request
         * @description Requires the role admin or user.
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
         * List users in order of creation
         * @description Requires the role admin.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Create a user
         * @description Requires the role admin.
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
         * Get a user
         * @description Requires the role admin.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Delete a user and, by default, revoke the device tokens they issued; their vehicles and devices remain
         * @description Requires the role admin.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change a user; a new password or role ends their sessions and tokens
         * @description Requires the role admin.
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
         * List grants in order of creation
         * @description Requires the role admin.
         */
        get: operations["getGrants"];
        put?: never;
        /**
         * Let a user see a vehicle, or all vehicles of a group, without changing them
         * @description Requires the role admin.
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
         * Revoke a grant
         * @description Requires the role admin.
         */
        delete: operations["deleteGrant"];
        options?: never;
        head?: never;
        /**
         * Change the start of the history that a grant shows, by a JSON Merge Patch (RFC 7396)
         * @description Requires the role admin.
         */
        patch: operations["patchGrant"];
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
         * List the groups that the caller owns or that have vehicles the caller may see, ordered by key
         * @description Requires the role admin or service or user. A service token needs the scope `vehicles:read`.
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
         * @description Requires the role admin.
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
         * List changes, logins, exports and reads of secrets, newest first; from inclusive, to exclusive
         * @description Requires the role admin.
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
         * List service tokens without their secrets, in order of issue
         * @description Requires the role admin.
         */
        get: operations["getServiceTokens"];
        put?: never;
        /**
         * Issue a service token to a program
         * @description Requires the role admin.
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
         * @description Requires the role admin.
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
         * @description Requires the role admin or service or user. A service token needs the scope `imports:write`.
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
         * @description Requires the role admin or service or user. A service token needs the scope `imports:write`.
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
         * List the vehicles that the caller may see, ordered by key
         * @description Requires the role admin or service or user. A service token needs the scope `vehicles:read`.
         */
        get: operations["getVehicles"];
        put?: never;
        /**
         * Create a vehicle, or an array of vehicles
         * @description Requires the role admin or service or user. A service token needs the scope `vehicles:write`.
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
         * Get a vehicle
         * @description Requires the role admin or service or user. A service token needs the scope `vehicles:read`.
         */
        get: operations["getVehicle"];
        put?: never;
        post?: never;
        /**
         * Delete a vehicle; its readings are kept, unless an administrator sends history=delete
         * @description Requires the role admin or service or user. A service token needs the scope `vehicles:write`.
         */
        delete: operations["deleteVehicle"];
        options?: never;
        head?: never;
        /**
         * Change a vehicle, including its key, by a JSON Merge Patch (RFC 7396); with If-Match only if it is unchanged
         * @description Requires the role admin or service or user. A service token needs the scope `vehicles:write`.
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
         * List the devices that the caller may see, ordered by key
         * @description Requires the role admin or service or user. A service token needs the scope `devices:read`.
         */
        get: operations["getDevices"];
        put?: never;
        /**
         * Create a device, or an array of devices
         * @description Requires the role admin or service or user. A service token needs the scope `devices:write`.
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
         * Get a device
         * @description Requires the role admin or service or user. A service token needs the scope `devices:read`.
         */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        /**
         * Delete a device and its tokens; its connection ends
         * @description Requires the role admin or service or user. A service token needs the scope `devices:write`.
         */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        /**
         * Change a device, including its key, by a JSON Merge Patch (RFC 7396); with If-Match only if it is unchanged
         * @description Requires the role admin or service or user. A service token needs the scope `devices:write`.
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
         * Let a device sign its own tokens; connections that use its former key end
         * @description Requires the role admin or service or user. A service token needs the scope `device-tokens:write`.
         */
        put: operations["putDevicePublicKey"];
        post?: never;
        /**
         * Remove the public key of a device; connections that use it end
         * @description Requires the role admin or service or user. A service token needs the scope `device-tokens:write`.
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
         * List the tokens of a device without their secrets, newest first
         * @description Requires the role admin or service or user. A service token needs the scope `device-tokens:read`.
         */
        get: operations["getDeviceTokens"];
        put?: never;
        /**
         * Issue an MQTT token to a device
         * @description Requires the role admin or service or user. A service token needs the scope `device-tokens:write`.
         */
        post: operations["postDeviceTokens"];
        /**
         * Revoke all tokens of a device; its connection ends
         * @description Requires the role admin or service or user. A service token needs the scope `device-tokens:write`.
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
         * Issue MQTT tokens to many devices, in the order of the request
         * @description Requires the role admin or service or user. A service token needs the scope `device-tokens:write`.
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
         * @description Requires the role admin or service or user. A service token needs the scope `device-tokens:write`.
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
         * Issue a token for an MQTT client with the caller's rights
         * @description Requires the role admin or service or user. A service token needs the scope `mqtt:read`.
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
         * List commands of a vehicle, newest first
         * @description Requires the role admin or service or user. A service token needs the scope `commands:read`.
         */
        get: operations["getVehicleCommands"];
        put?: never;
        /**
         * Send a command to a vehicle; it waits for the device until it expires
         * @description Requires the role admin or service or user. A service token needs the scope `commands:write`.
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
         * Get a command and its state
         * @description Requires the role admin or service or user. A service token needs the scope `commands:read`.
         */
        get: operations["getVehicleCommand"];
        put?: never;
        post?: never;
        /**
         * Cancel a queued command
         * @description Requires the role admin or service or user. A service token needs the scope `commands:write`.
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
         * List which devices are online and since when, ordered by key
         * @description Requires the role admin or service or user. A service token needs the scope `devices:read`.
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
         * Count devices that are online, offline, and never were online
         * @description Requires the role admin or service or user. A service token needs the scope `devices:read`.
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
         * Get readings of many vehicles: vehicle by vehicle in order of time, or as buckets or points
         * @description Requires the role admin or service or user. A service token needs the scope `history:read`.
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
         * Get readings of a vehicle in order of time, from inclusive, to exclusive, or as buckets or points
         * @description Requires the role admin or service or user. A service token needs the scope `history:read`.
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
         * Get the newest reading of a vehicle that has a position
         * @description Requires the role admin or service or user. A service token needs the scope `positions:read`.
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
         * Export readings of many vehicles as a CSV, NDJSON, GeoJSON or GPX file
         * @description Requires the role admin or service or user. A service token needs the scope `exports:read`.
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
    "/api/journeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List trips, stops and gaps that overlap a period: of all vehicles, a group or a vehicle
         * @description Requires the role admin or service or user. A service token needs the scope `history:read`.
         */
        get: operations["getJourneys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vehicles/{key}/journeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List trips, stops and gaps of a vehicle that overlap a period, in order of time
         * @description Requires the role admin or service or user. A service token needs the scope `history:read`.
         */
        get: operations["getVehicleJourneys"];
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
         * Count received, stored and rejected readings of a device, and list the missing ones
         * @description Requires the role admin or service or user. A service token needs the scope `history:read`.
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
         * Count received, stored and rejected readings of a vehicle, in total and by device
         * @description Requires the role admin or service or user. A service token needs the scope `history:read`.
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
         * List newest positions: of all vehicles, of a group, in a box, or in a circle with the nearest first
         * @description Requires the role admin or service or user. A service token needs the scope `positions:read`.
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
         * Get position and state of all vehicles: the snapshot that the live feed continues
         * @description Requires the role admin or service or user. A service token needs the scope `positions:read`.
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
    "/api/geofences/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create geofences from a GeoJSON FeatureCollection or the Placemarks of KML, all or none
         * @description Requires the role admin or service or user. A service token needs the scope `geofences:write`.
         */
        post: operations["postGeofencesImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/geofences/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the geofences that the caller may see as a GeoJSON or KML file
         * @description Requires the role admin or service or user. A service token needs the scope `geofences:read`.
         */
        get: operations["getGeofencesExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/geofences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the geofences that the caller may see, ordered by key
         * @description Requires the role admin or service or user. A service token needs the scope `geofences:read`.
         */
        get: operations["getGeofences"];
        put?: never;
        /**
         * Create a geofence
         * @description Requires the role admin or service or user. A service token needs the scope `geofences:write`.
         */
        post: operations["postGeofences"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/geofences/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a geofence
         * @description Requires the role admin or service or user. A service token needs the scope `geofences:read`.
         */
        get: operations["getGeofence"];
        put?: never;
        post?: never;
        /**
         * Delete a geofence, for readings from now or `since` on
         * @description Requires the role admin or service or user. A service token needs the scope `geofences:write`.
         */
        delete: operations["deleteGeofence"];
        options?: never;
        head?: never;
        /**
         * Change a geofence, for readings from now or `since` on; its key is fixed, because rules name it
         * @description Requires the role admin or service or user. A service token needs the scope `geofences:write`.
         */
        patch: operations["patchGeofence"];
        trace?: never;
    };
    "/api/geofences/{key}/vehicles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the vehicles that are in a geofence by their newest positions, ordered by key
         * @description Requires the role admin or service or user. A service token needs the scope `positions:read`.
         */
        get: operations["getGeofenceVehicles"];
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
         * List the newest value of each field with its time: of all vehicles, of a group, in a box, or in a circle with the nearest first
         * @description Requires the role admin or service or user. A service token needs the scope `positions:read`.
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
         * Get the newest value of each field of a vehicle, with its time
         * @description Requires the role admin or service or user. A service token needs the scope `positions:read`.
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
         * Send dead letters of the caller's vehicles through the pipeline again, oldest first
         * @description Requires the role admin or service or user. A service token needs the scope `dead-letters:write`.
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
         * Send a dead letter of the caller's vehicle through the pipeline again
         * @description Requires the role admin or service or user. A service token needs the scope `dead-letters:write`.
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
         * List dead letters, newest first; from inclusive, to exclusive
         * @description Requires the role admin or service or user. A service token needs the scope `dead-letters:read`.
         */
        get: operations["getDeadLetters"];
        put?: never;
        post?: never;
        /**
         * Delete dead letters of the caller's vehicles, 10,000 at a time; `more` is true if more may match
         * @description Requires the role admin or service or user. A service token needs the scope `dead-letters:write`.
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
         * Count dead letters by reason, most frequent first
         * @description Requires the role admin or service or user. A service token needs the scope `dead-letters:read`.
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
         * Get a dead letter with its payload, also as text if it is UTF-8
         * @description Requires the role admin or service or user. A service token needs the scope `dead-letters:read`.
         */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        /**
         * Delete a dead letter of the caller's vehicle
         * @description Requires the role admin or service or user. A service token needs the scope `dead-letters:write`.
         */
        delete: operations["deleteDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count and list the events that a rule would have raised, by judging stored readings
         * @description Requires the role admin or service or user. A service token needs the scope `history:read`.
         */
        post: operations["postRulesPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the kinds of rules with their parameters, and ready parameters for common rules
         * @description Requires the role admin or service or user. A service token needs the scope `rules:read`.
         */
        get: operations["getRuleKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List rules: administrators and services see all of them, users their own
         * @description Requires the role admin or service or user. A service token needs the scope `rules:read`.
         */
        get: operations["getRules"];
        put?: never;
        /**
         * Create a rule, which applies from now on or from `since` on
         * @description Requires the role admin or service or user. A service token needs the scope `rules:write`.
         */
        post: operations["postRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a rule
         * @description Requires the role admin or service or user. A service token needs the scope `rules:read`.
         */
        get: operations["getRule"];
        put?: never;
        post?: never;
        /**
         * Delete a rule; its events are kept, and readings from before are still judged by it
         * @description Requires the role admin or service or user. A service token needs the scope `rules:write`.
         */
        delete: operations["deleteRule"];
        options?: never;
        head?: never;
        /**
         * Change a rule by a JSON Merge Patch (RFC 7396), from now on or from `since` on; `scope`, and the `params` of another kind, are replaced as a whole
         * @description Requires the role admin or service or user. A service token needs the scope `rules:write`.
         */
        patch: operations["patchRule"];
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events of the caller's vehicles, by rules of the fleet and the caller's own, latest start first
         * @description Requires the role admin or service or user. A service token needs the scope `events:read`.
         */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an event
         * @description Requires the role admin or service or user. A service token needs the scope `events:read`.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an event; the first acknowledgement stays
         * @description Requires the role admin or service or user. A service token needs the scope `events:write`.
         */
        post: operations["postEventAcknowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the caller's channels, ordered by key; administrators see all
         * @description Requires the role admin or service or user. A service token needs the scope `channels:read`.
         */
        get: operations["getChannels"];
        put?: never;
        /**
         * Create a channel of notifications: a webhook, e-mail addresses, or MQTT
         * @description Requires the role admin or service or user. A service token needs the scope `channels:write`.
         */
        post: operations["postChannels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a channel, without its secret
         * @description Requires the role admin or service or user. A service token needs the scope `channels:read`.
         */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        /**
         * Delete a channel with its deliveries
         * @description Requires the role admin or service or user. A service token needs the scope `channels:write`.
         */
        delete: operations["deleteChannel"];
        options?: never;
        head?: never;
        /**
         * Change a channel by a JSON Merge Patch (RFC 7396); its kind stays. With If-Match only if it is unchanged
         * @description Requires the role admin or service or user. A service token needs the scope `channels:write`.
         */
        patch: operations["patchChannel"];
        trace?: never;
    };
    "/api/channels/{key}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an example to a channel; its delivery shows the outcome
         * @description Requires the role admin or service or user. A service token needs the scope `channels:write`.
         */
        post: operations["postChannelTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{key}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the text of an example with a channel's templates, or with others before they are saved
         * @description Requires the role admin or service or user. A service token needs the scope `channels:read`.
         */
        post: operations["postChannelPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries to the caller's channels with every attempt, newest first
         * @description Requires the role admin or service or user. A service token needs the scope `channels:read`.
         */
        get: operations["getDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a delivery with every attempt
         * @description Requires the role admin or service or user. A service token needs the scope `channels:read`.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deliveries/{id}/send-again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again that was sent or is dead, under its id
         * @description Requires the role admin or service or user. A service token needs the scope `channels:write`.
         */
        post: operations["postDeliverySendAgain"];
        delete?: never;
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
         * Get the state of the fleet and the broker, for operators
         * @description Requires the role admin or service. A service token needs the scope `overview:read`.
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
         * Report that the process is running
         * @description Public.
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
         * Report whether the database answers
         * @description Public.
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
         * Get the metrics of this process in the Prometheus text format
         * @description Public.
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
         * Get the addresses of the broker and of the maps
         * @description Public.
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
         * Get this OpenAPI document
         * @description Public.
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
            /** @description JSON pointer (RFC 6901) to the faulty value; empty for the whole document */
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
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        DeletedUser: {
            /** @description number of revoked device tokens; their connections end */
            device_tokens_revoked: number;
        };
        Grant: {
            id: number;
            user: number;
            vehicle: string | null;
            group: string | null;
            /** @description RFC 3339: the user sees nothing that happened before; null for the whole history */
            history_from: string | null;
            /** Format: date-time */
            created_at: string;
        };
        GrantPage: {
            items: components["schemas"]["Grant"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        Group: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            /** @description the user who may put vehicles into it, shown to that user and to administrators; null if only administrators may */
            owner: number | null;
            /** @description number of its vehicles that the caller may see */
            vehicles: number;
            /** Format: date-time */
            created_at: string;
        };
        GroupPage: {
            items: components["schemas"]["Group"][];
            /** @description cursor of the next page; null on the last page */
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
            /** @description null if it was created */
            before: Record<string, never> | null;
            /** @description null if it was deleted; events that change nothing have a `count` */
            after: Record<string, never> | null;
            request_id: string;
            address: string;
        };
        AuditEntryPage: {
            items: components["schemas"]["AuditEntry"][];
            /** @description cursor of the next page; null on the last page */
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
            /** @description null for all vehicles */
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
            /** @description null for all vehicles */
            groups: string[] | null;
            /** Format: date-time */
            created_at: string;
            /** @description the administrator; null: deleted since */
            created_by: number | null;
            /** Format: date-time */
            expires_at: string;
            /** @description null if it was not revoked */
            revoked_at: string | null;
            /** @description last call with this token, accurate to a minute; null if never */
            last_used_at: string | null;
        };
        KnownServiceTokenPage: {
            items: components["schemas"]["KnownServiceToken"][];
            /** @description cursor of the next page; null on the last page */
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
             * @description text with at least one visible character and without control characters
             * @example Truck 7
             */
            name: string;
            plate: string;
            vin: string;
            group: string | null;
            tags: string[];
            /** @description text, numbers and booleans by name */
            attributes: Record<string, never>;
            /** Format: date-time */
            created_at: string;
        };
        VehiclePage: {
            items: components["schemas"]["Vehicle"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        Device: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            /**
             * @description text with at least one visible character and without control characters
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
            /** @description cursor of the next page; null on the last page */
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
            /** @description null if it was not revoked */
            revoked_at: string | null;
            /** @description last login with this token, accurate to a minute; null if never */
            last_used_at: string | null;
        };
        KnownDeviceTokenPage: {
            items: components["schemas"]["KnownDeviceToken"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        RevokedTokens: {
            revoked: number;
        };
        MqttToken: {
            /** @description a JWT: the password of the MQTT connection */
            token: string;
            /** @description required beginning of the MQTT client id */
            client_id_prefix: string;
            /** @description the scope of the live feed it may subscribe to, at `live/{scope}`: `all`, the id of the user, or a name for a service token */
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
            /** @description time of the answer or cancellation */
            settled_at: string | null;
            /** @description the device that received the command */
            device: string | null;
            /** @description result that the device reported */
            result: unknown;
        };
        CommandPage: {
            items: components["schemas"]["Command"][];
            /** @description cursor of the next page; null on the last page */
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
            /** @description connected over MQTT, or reported over HTTP within STALE_AFTER_S */
            online: boolean;
            /** @description start of the current state; null if the device was never online, or the state began before the history that the caller may see */
            since: string | null;
            last_seen: string | null;
        };
        PresencePage: {
            items: components["schemas"]["Presence"][];
            /** @description cursor of the next page; null on the last page */
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
        /** @description the requested values under the name of each field */
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
            /** @description Several readings can have the same time; they are in the order in which they were stored. */
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
        /** @description null if the position is unknown */
        JourneyEnd: {
            lat: number;
            lon: number;
            /** @description name of a geofence or settlement; null until it was looked up, and at the end of an open journey */
            place: string | null;
        } | null;
        Journey: {
            id: number;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            /**
             * @description gap: time without readings
             * @enum {unknown}
             */
            kind: "trip" | "stop" | "gap";
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description null while the journey is open
             */
            to: string | null;
            /**
             * Format: date-time
             * @description of an open journey: time of the newest reading in its figures
             */
            as_of?: string;
            /** @description trip: path of its positions; stop: 0; gap: straight line; null if unknown */
            distance_m: number | null;
            /** @description difference of the odometer, if it is known and plausible */
            odometer_m?: number;
            moving_s: number;
            /** @description standing with the engine on */
            idle_s: number;
            /** @description km/h */
            speed_max?: number;
            /** @description km/h while moving */
            speed_avg?: number;
            fuel_l?: number;
            start: components["schemas"]["JourneyEnd"];
            end: components["schemas"]["JourneyEnd"];
            /** @description one more with each change by readings that came late */
            revision: number;
        };
        JourneyPage: {
            items: components["schemas"]["Journey"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        CompletenessCounts: {
            /** @description sum of stored, duplicates and rejected */
            received: number;
            /** @description readings whose time is in the period */
            stored: number;
            /** @description readings that had been stored before (the same vehicle, time and values), in the UTC hours that the period touches; approximate */
            duplicates: number;
            /** @description kept dead letters received in the period; a dead letter is a reading or a whole message */
            rejected: number;
            /** @description stored readings that were received late */
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
             * @description time of the reading after the gap
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
            /** @description `seq` of the first reading that has one, in order of time */
            first_seq: number | null;
            last_seq: number | null;
            /** @description how often `seq` went down to a value that was not skipped before, which starts a new run and is not a gap */
            restarts: number;
            /** @description values of `seq` that no stored reading of the period, or of a day before or after it, has, in order of time; readings that another device of the vehicle also sent count as stored */
            missing: components["schemas"]["MissingReadings"][];
            /** @description number of missing values, including those in ranges that were cut off */
            missing_total: number;
            /** @description true if there are more than 1000 ranges */
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
            /** @description counts of each device that sent for the vehicle, most readings first; `device` is null if it was deleted */
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
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        LiveVehicle: {
            /** @description id of the vehicle in frames of the live feed */
            id: number;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            name: string;
            plate?: string;
            vin?: string;
            tags?: string[];
            group: string | null;
            /**
             * @description from its newest values that are not stale, and whether one of its devices is online
             * @enum {unknown}
             */
            state: "unknown" | "moving" | "idling" | "stopped" | "offline" | "alert" | "stale";
            /**
             * @description the state by the same values whether it is online or not; by all values if all are stale
             * @enum {unknown}
             */
            last_state: "unknown" | "moving" | "idling" | "stopped" | "offline" | "alert" | "stale";
            /**
             * Format: date-time
             * @description of the value that decides `last_state`
             */
            last_state_time?: string;
            /** @description whether all of these values are older than STALE_AFTER_S */
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
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        ImportedGeofence: {
            /**
             * @description made from the name if the feature has none
             * @example truck-7
             */
            key: string;
            name: string;
        };
        GeofenceImport: {
            /** @description number of geofences; with dry_run, those of the file */
            created: number;
            items: components["schemas"]["ImportedGeofence"][];
        };
        Geometry: {
            /** @enum {unknown} */
            type: "Polygon" | "MultiPolygon" | "Point" | "LineString";
            /** @description as in GeoJSON, with rings closed, outer ones counterclockwise */
            coordinates: unknown[];
        };
        Geofence: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            /**
             * @description text with at least one visible character and without control characters
             * @example Truck 7
             */
            name: string;
            /** @description the group whose vehicles it is for */
            group: string | null;
            geometry: components["schemas"]["Geometry"];
            /** @description of a circle */
            radius_m: number | null;
            /** @description of a corridor */
            width_m: number | null;
            /** @description metres outside of the boundary at which a vehicle has left, at most a third of the radius; default 25, or a third of a smaller radius */
            hysteresis_m: number;
            /** @description km/h */
            speed_limit: number | null;
            /** @description when the geofence applies, in weekly windows of local time; always by default */
            schedule: {
                /** @description an IANA time zone such as Europe/Stockholm */
                zone?: string;
                windows?: {
                    days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                    /** @description HH:MM */
                    from?: string;
                    /** @description HH:MM, exclusive; on the next day if it is not later than `from` */
                    to?: string;
                }[];
            } | null;
            /**
             * Format: date-time
             * @description readings from then on are judged by it
             */
            valid_from: string;
            /** Format: date-time */
            created_at: string;
        };
        GeofencePage: {
            items: components["schemas"]["Geofence"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        VehicleInside: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            /**
             * Format: date-time
             * @description of its newest position
             */
            time: string;
            lat: number;
            lon: number;
        };
        VehicleInsidePage: {
            items: components["schemas"]["VehicleInside"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        LatestNumber: {
            value: number;
            /**
             * Format: date-time
             * @description of the reading with this value
             */
            time: string;
            age_s: number;
            /** @description whether it is older than STALE_AFTER_S */
            is_stale: boolean;
        };
        LatestBoolean: {
            value: boolean;
            /**
             * Format: date-time
             * @description of the reading with this value
             */
            time: string;
            age_s: number;
            /** @description whether it is older than STALE_AFTER_S */
            is_stale: boolean;
        };
        LatestText: {
            value: string;
            /**
             * Format: date-time
             * @description of the reading with this value
             */
            time: string;
            age_s: number;
            /** @description whether it is older than STALE_AFTER_S */
            is_stale: boolean;
        };
        LatestExtra: {
            value: string | number | boolean | null;
            /**
             * Format: date-time
             * @description of the reading with this value
             */
            time: string;
            age_s: number;
            /** @description whether it is older than STALE_AFTER_S */
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
            /** @description cursor of the next page; null on the last page */
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
        /** @description The flat shape of some trackers. Numbers may be text; null and empty text count as absent. */
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
            /** @description stored as `extra.ip`; likewise sw_version and hw_version */
            ip?: string | number | null;
            sw_version?: string | number | null;
            hw_version?: string | number | null;
            status?: string | number | null;
        };
        Outcome: {
            stored: number;
            /** @description readings that had been stored before: the same vehicle, time and values */
            duplicates: number;
            /** @description kept as dead letters */
            rejected: number;
            /** @description problems of the rejected readings, at most 100 */
            errors: components["schemas"]["Fault"][];
        };
        KeptDeadLetter: {
            id: number;
            /** @description the remaining problems */
            errors: components["schemas"]["Fault"][];
        };
        ReplayPage: {
            /** @description dead letters whose readings are now stored, and which were removed from the list */
            replayed: number;
            /** @description newly stored readings */
            stored: number;
            /** @description readings that had been stored before */
            duplicates: number;
            /** @description dead letters that were refused again */
            kept: components["schemas"]["KeptDeadLetter"][];
            /** @description cursor for the next request; null if there are no more */
            next_cursor: string | null;
        };
        Replay: {
            /** @description dead letters whose readings are now stored, and which were removed from the list */
            replayed: number;
            /** @description newly stored readings */
            stored: number;
            /** @description readings that had been stored before */
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
            /** @description index of the reading in the array; null for the whole message */
            reading_index: number | null;
            payload_bytes: number;
            payload?: string;
            /** @description the payload as text, if it is UTF-8; only for a single dead letter */
            text?: string;
        };
        DeadLetterPage: {
            items: components["schemas"]["DeadLetter"][];
            /** @description cursor of the next page; null on the last page */
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
            /** @description more may match: repeat the request */
            more: boolean;
        };
        PreviewEvent: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            /** Format: date-time */
            started_at: string;
            /** @description null if it would be open */
            ended_at: string | null;
            start: {
                lat: number;
                lon: number;
            } | null;
            peak: {
                value: number;
                /** Format: date-time */
                at: string;
            } | null;
            limit: number | null;
            unit: string | null;
        };
        RulePreview: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description events that the rule would have raised */
            count: number;
            /** @description at most 100, the latest start first */
            events: components["schemas"]["PreviewEvent"][];
            /** @description vehicles in scope that the caller may see */
            vehicles: number;
            /** @description of them, those whose readings were all judged */
            vehicles_judged: number;
            readings_judged: number;
            /**
             * @description the limit at which it stopped; null if all readings were judged
             * @enum {unknown}
             */
            cut_by: "vehicles" | "readings" | "time" | null;
        };
        RuleKind: {
            /** @enum {unknown} */
            kind: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
            summary: string;
            /** @description JSON Schema of the parameters */
            params: Record<string, never>;
        };
        RulePreset: {
            preset: string;
            name: string;
            /** @enum {unknown} */
            kind: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
            /** @description parameters of the kind, as in GET /api/rule-kinds */
            params: Record<string, never>;
        };
        RuleKinds: {
            kinds: components["schemas"]["RuleKind"][];
            presets: components["schemas"]["RulePreset"][];
        };
        Rule: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            name: string;
            /** @enum {unknown} */
            kind: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
            /** @description parameters of the kind, as in GET /api/rule-kinds */
            params: Record<string, never>;
            /** @description the vehicles that the rule covers: exactly one of all, groups, vehicles and tags */
            scope: {
                /** @enum {unknown} */
                all?: true;
                groups?: string[];
                vehicles?: string[];
                tags?: string[];
            };
            /** @enum {unknown} */
            severity: "info" | "warning" | "critical";
            /** @description times in which the rule is judged; null for always */
            schedule: {
                /**
                 * @description an IANA time zone such as Europe/Stockholm
                 * @example Europe/Stockholm
                 */
                zone: string;
                windows: {
                    days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                    /** @description a local time such as 08:30 */
                    from: string;
                    /** @description a local time up to 24:00; on the next day if it is not later than `from` */
                    to: string;
                }[];
            } | null;
            notify: string[];
            enabled: boolean;
            /** @description the user whose visible vehicles it covers; null if it covers the fleet */
            owner: number | null;
            /** @description time of the readings from which on it applies as it is now; null for all time */
            valid_from: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        RulePage: {
            items: components["schemas"]["Rule"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        Event: {
            id: number;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            vehicle: string;
            /** @description key of the rule; null if it no longer exists */
            rule: string | null;
            /** @enum {unknown} */
            kind: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
            /** @enum {unknown} */
            severity: "info" | "warning" | "critical";
            /**
             * @description `retracted` if readings that came late show that it did not happen
             * @enum {unknown}
             */
            state: "open" | "ended" | "retracted";
            /** Format: date-time */
            started_at: string;
            /** @description null while it is open; equal to `started_at` for an event of one moment */
            ended_at: string | null;
            start: {
                lat: number;
                lon: number;
            } | null;
            end: {
                lat: number;
                lon: number;
            } | null;
            /** @description name of the place where it began */
            place: string | null;
            /** @description the most extreme value, in `unit` */
            peak: {
                value: number;
                /** Format: date-time */
                at: string;
            } | null;
            /** @description the limit that applied at the peak, in `unit` */
            limit: number | null;
            unit: string | null;
            /** @description further values of the kind */
            details: Record<string, never>;
            /** @description it was found long after it began */
            late: boolean;
            /** @description number of changes by late readings, plus one */
            revision: number;
            /** Format: date-time */
            detected_at: string;
            acknowledged: {
                /** Format: date-time */
                at: string;
                /** @description user:ID or service:NAME, as in the audit log */
                by: string;
                note: string | null;
            } | null;
        };
        EventPage: {
            items: components["schemas"]["Event"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        NewChannel: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            name: string;
            /** @enum {unknown} */
            kind: "webhook" | "email" | "mqtt";
            /** @description of a webhook; null for others */
            url: string | null;
            /** @description addresses of an e-mail channel; empty for others */
            to: string[];
            /** @description null: the default */
            templates: {
                subject: string | null;
                text: string | null;
            };
            zone: string;
            quiet_hours: {
                from: string;
                to: string;
                severities: ("info" | "warning" | "critical")[];
            } | null;
            /** @description beyond `max` notifications in `window_s` seconds, further ones are held for a digest */
            storm: {
                max: number;
                window_s: number;
            };
            enabled: boolean;
            /** @description id of a user; null if it belongs to the administrators */
            owner: number | null;
            /** @description notifications that are held for the next digest */
            held: number;
            /** @description when the next digest is sent; null if nothing is held */
            digest_due_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description only if it was created now; it cannot be shown again */
            secret?: string;
        };
        Channel: {
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            key: string;
            name: string;
            /** @enum {unknown} */
            kind: "webhook" | "email" | "mqtt";
            /** @description of a webhook; null for others */
            url: string | null;
            /** @description addresses of an e-mail channel; empty for others */
            to: string[];
            /** @description null: the default */
            templates: {
                subject: string | null;
                text: string | null;
            };
            zone: string;
            quiet_hours: {
                from: string;
                to: string;
                severities: ("info" | "warning" | "critical")[];
            } | null;
            /** @description beyond `max` notifications in `window_s` seconds, further ones are held for a digest */
            storm: {
                max: number;
                window_s: number;
            };
            enabled: boolean;
            /** @description id of a user; null if it belongs to the administrators */
            owner: number | null;
            /** @description notifications that are held for the next digest */
            held: number;
            /** @description when the next digest is sent; null if nothing is held */
            digest_due_at: string | null;
            /** Format: date-time */
            created_at: string;
        };
        ChannelPage: {
            items: components["schemas"]["Channel"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
        };
        ChannelTest: {
            /** @description id of the delivery, which shows what became of it */
            delivery: string;
        };
        NotificationPreview: {
            subject: string;
            text: string;
        };
        DeliveryAttempt: {
            /** Format: date-time */
            at: string;
            duration_ms: number;
            /** @description `ok`, or what went wrong */
            result: string;
            /** @description of HTTP or SMTP; null if there was no reply */
            status: number | null;
        };
        Delivery: {
            /** @description the `webhook-id`, and part of the Message-ID */
            id: string;
            /**
             * @description 1 to 64 letters, digits, _ and -
             * @example truck-7
             */
            channel: string;
            /** @description id of the event; null for a digest and a test */
            event: number | null;
            /** @description null if it has none, or the vehicle was deleted */
            vehicle: string | null;
            /** @enum {unknown} */
            reason: "raised" | "escalated" | "ended" | "retracted" | "digest" | "test";
            /** @enum {unknown} */
            severity: "info" | "warning" | "critical";
            /**
             * @description digested: held for a digest, or part of one; dead: no further attempts; cancelled: never sent
             * @enum {unknown}
             */
            state: "waiting" | "sending" | "sent" | "dead" | "digested" | "cancelled";
            /** @description id of the digest that it is part of */
            digest: string | null;
            attempts: components["schemas"]["DeliveryAttempt"][];
            last_error: string | null;
            /** @description time of the next attempt; null if there is none */
            next_at: string | null;
            /** Format: date-time */
            created_at: string;
            sent_at: string | null;
        };
        DeliveryPage: {
            items: components["schemas"]["Delivery"][];
            /** @description cursor of the next page; null on the last page */
            next_cursor: string | null;
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
            /** @description age of the oldest message in the spool; 0 if it is empty */
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
            /** @description acknowledgements that took no longer than each of `ack_bounds_s`; the last element counts all */
            ack_counts: number[];
        };
        BrokerStatus: {
            version: string;
            /**
             * Format: date-time
             * @description start of the broker, when its counters were 0
             */
            started_at: string;
            ready: boolean;
            /** @description why the broker is not ready, or a warning; may be empty */
            detail: string;
            mqtt_port: number;
            /** @description null: without TLS */
            mqtts_port: number | null;
            connections: number;
            /** @description connections whose socket is not read, counted once for each reason */
            connections_held_back: number;
            messages_pending: number;
            /** @description payload bytes that wait for room in a batch */
            waiting_bytes: number;
            waiting_bytes_max: number;
            /** @description the database answers, but writes take longer than COMMIT_TIMEOUT_MS */
            database_slow: boolean;
            /** @description the database accepts no writes; messages go to the spool */
            database_away: boolean;
            spool: components["schemas"]["SpoolStatus"];
            ack_bounds_s: number[];
            now: components["schemas"]["BrokerSample"];
            /** @description one sample a minute for up to an hour, oldest first */
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
            /** @description the broker's WebSocket; null if it is at this API's host, path /mqtt, and one of these ports */
            mqtt_url: string | null;
            mqtt_ws_port: number;
            /** @description null without TLS */
            mqtt_wss_port: number | null;
            /** @description URL of raster tiles, with {z}, {x} and {y} */
            tiles_url: string | null;
            /** @description attribution of the tiles, plain text */
            tiles_attribution: string | null;
            /** @description URL of a MapLibre GL style */
            style_url: string | null;
            /** @description age in seconds from which a value is stale */
            stale_after_s: number;
            version: string;
        };
    };
    responses: {
        /** @description The request is not valid (`invalid_request`) */
        InvalidRequest: {
            headers: {
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                "x-request-id"?: string;
                /** @description the challenge of RFC 6750 */
                "www-authenticate"?: string;
                /** @description r: attempts left, t: seconds until all are available again (draft-ietf-httpapi-ratelimit-headers) */
                ratelimit?: string;
                /** @description q: attempts allowed in w seconds */
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                "x-request-id"?: string;
                /** @description seconds */
                "retry-after"?: string;
                /** @description r: attempts left, t: seconds until all are available again (draft-ietf-httpapi-ratelimit-headers) */
                ratelimit?: string;
                /** @description q: attempts allowed in w seconds */
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
        /** @description Internal error (`internal`) */
        Internal: {
            headers: {
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/internal",
                 *       "title": "Internal error",
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                "x-request-id"?: string;
                /** @description seconds, if known */
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
        /** @description The request conflicts with the current state (`conflict`) */
        Conflict: {
            headers: {
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/conflict",
                 *       "title": "The request conflicts with the current state",
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
        /** @description The resource has changed (`precondition_failed`) */
        PreconditionFailed: {
            headers: {
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://fleetwire.dev/problems/precondition_failed",
                 *       "title": "The resource has changed",
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
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
        /** @description The payload is empty (`empty_payload`); The payload is not UTF-8 (`not_utf8`); The payload is not JSON (`not_json`); The payload is nested too deeply (`too_deep`); The array holds no reading (`no_readings`); The array holds too many readings (`too_many_readings`); The device may not publish telemetry to this topic (`wrong_topic`); The message is too large (`message_too_large`); The reading is not a JSON object (`not_an_object`); The reading has no value besides time and seq (`empty_reading`); The field is unknown (`unknown_field`); A field is missing (`missing_field`); The value has the wrong type (`wrong_type`); The value is out of range (`out_of_range`); The text is too short or too long, or contains characters that cannot be stored (`bad_text`); The name cannot be used (`bad_name`); There are too many values (`too_many_values`); The time is not RFC 3339 with a zone, nor epoch milliseconds (`bad_time`); The time has no zone (`time_without_zone`); The time is too far in the past (`time_too_old`); The time is too far in the future (`time_in_future`); The device was in no vehicle at the time of the reading (`not_in_vehicle`); The database refused the reading (`storage_refused`); Further rejections of this device are not kept at present (`not_kept`) */
        EmptyPayloadOrNotUtf8OrNotJsonOrTooDeepOrNoReadingsOrTooManyReadingsOrWrongTopicOrMessageTooLargeOrNotAnObjectOrEmptyReadingOrUnknownFieldOrMissingFieldOrWrongTypeOrOutOfRangeOrBadTextOrBadNameOrTooManyValuesOrBadTimeOrTimeWithoutZoneOrTimeTooOldOrTimeInFutureOrNotInVehicleOrStorageRefusedOrNotKept: {
            headers: {
                /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description with `remember`: the session, for /api/session only */
                    "set-cookie"?: string;
                    /** @description r: attempts left, t: seconds until all are available again (draft-ietf-httpapi-ratelimit-headers) */
                    ratelimit?: string;
                    /** @description q: attempts allowed in w seconds */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description the session cookie, sent to this route only */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description the session cookie, sent to this route only */
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
                     * @description text with at least one visible character and without control characters
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description r: attempts left, t: seconds until all are available again (draft-ietf-httpapi-ratelimit-headers) */
                    ratelimit?: string;
                    /** @description q: attempts allowed in w seconds */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description The changed user */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The password is changed */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description r: attempts left, t: seconds until all are available again (draft-ietf-httpapi-ratelimit-headers) */
                    ratelimit?: string;
                    /** @description q: attempts allowed in w seconds */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All sessions and tokens have ended */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                     * @description text with at least one visible character and without control characters
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description path of the new resource */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description whether the device tokens that the user issued are revoked or kept */
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
            /** @description The user is deleted */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                     * @description text with at least one visible character and without control characters
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
            /** @description The changed user */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of grants */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    /** @description RFC 3339 with zone, or epoch milliseconds: the user sees nothing that happened before; null for the whole history */
                    history_from?: string | null;
                };
            };
        };
        responses: {
            /** @description The grant */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The grant is revoked */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
    patchGrant: {
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
                    /** @description RFC 3339 with zone, or epoch milliseconds: the user sees nothing that happened before; null for the whole history */
                    history_from?: string | null;
                };
            };
        };
        responses: {
            /** @description The changed grant */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getGroups: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of groups */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The changed group */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tokens */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    /** @description permissions of the token; `write` does not include `read` */
                    scopes: ("vehicles:read" | "vehicles:write" | "devices:read" | "devices:write" | "device-tokens:read" | "device-tokens:write" | "commands:read" | "commands:write" | "positions:read" | "history:read" | "exports:read" | "imports:write" | "rules:read" | "rules:write" | "events:read" | "events:write" | "geofences:read" | "geofences:write" | "dead-letters:read" | "dead-letters:write" | "channels:read" | "channels:write" | "overview:read" | "mqtt:read")[];
                    /** @description the groups whose vehicles the token may see; null for all vehicles */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The token is revoked */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description reports the outcome of each row without creating anything */
                dry_run?: boolean;
            };
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
            /** @description A report for each row */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description reports the outcome of each row without creating anything */
                dry_run?: boolean;
            };
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
            /** @description A report for each row */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                /** @description text with at least one visible character and without control characters */
                tag?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of vehicles */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text with at least one visible character and without control characters */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text with at least one visible character and without control characters */
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
            /** @description All were created */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description path of the new resource, if it is a single one */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
            /** @description The vehicle is deleted */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string | null;
                    /** @description text with at least one visible character and without control characters */
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
            /** @description The changed vehicle */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
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
            /** @description A page of devices */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text with at least one visible character and without control characters */
                    serial?: string;
                    /** @description text with at least one visible character and without control characters */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                    /** @description text with at least one visible character and without control characters */
                    serial?: string;
                    /** @description text with at least one visible character and without control characters */
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
            /** @description All were created */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description path of the new resource, if it is a single one */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
            /** @description The device is deleted */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string | null;
                    /** @description text with at least one visible character and without control characters */
                    serial?: string | null;
                    /** @description text with at least one visible character and without control characters */
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
            /** @description The changed device */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The device has no public key */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
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
            /** @description A page of tokens */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description Number of revoked tokens */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
            /** @description A token for each device */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The token is revoked */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
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
            /** @description A page of commands */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description path of the new resource */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description keys, separated by commas */
                vehicles?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                fields?: string;
                /** @description Conditions, separated by commas or given as several parameters; all must hold: `speed>90,ignition=true`. Numbers accept >= <= > < = !=, ignition and status accept = and !=; put text with a comma in double quotes. */
                where?: string[];
                order?: "asc" | "desc";
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
                /** @description a number and s, m, h or d, from 1s to 30d */
                bucket?: string;
                /** @description an IANA time zone such as Europe/Stockholm, for buckets of whole days */
                tz?: string;
                /** @description one or more of min,max,avg,first,last,count */
                aggregates?: string;
                fill?: "null" | "previous";
                /** @description number of points of each vehicle, for a chart of one field (LTTB) */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description Committed, at least one reading of an array */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outcome"];
                };
            };
            /** @description The database is unreachable; the readings are fsynced on the disk of the broker */
            202: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description Conditions, separated by commas or given as several parameters; all must hold: `speed>90,ignition=true`. Numbers accept >= <= > < = !=, ignition and status accept = and !=; put text with a comma in double quotes. */
                where?: string[];
                order?: "asc" | "desc";
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
                /** @description a number and s, m, h or d, from 1s to 30d */
                bucket?: string;
                /** @description an IANA time zone such as Europe/Stockholm, for buckets of whole days */
                tz?: string;
                /** @description one or more of min,max,avg,first,last,count */
                aggregates?: string;
                fill?: "null" | "previous";
                /** @description number of points of each vehicle, for a chart of one field (LTTB) */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description keys, separated by commas */
                vehicles?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                fields?: string;
                /** @description Conditions, separated by commas or given as several parameters; all must hold: `speed>90,ignition=true`. Numbers accept >= <= > < = !=, ignition and status accept = and !=; put text with a comma in double quotes. */
                where?: string[];
                format: "csv" | "ndjson" | "geojson" | "gpx";
                /** @description only for GeoJSON: a feature for each position, or a line for each vehicle, cut at the 180th meridian */
                geometry?: "point" | "line";
                /** @description only for CSV: leaves text that a spreadsheet would run as a formula unchanged, instead of prefixing an apostrophe */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
    getJourneys: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                kind?: "trip" | "stop" | "gap";
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of journeys */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JourneyPage"];
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
    getVehicleJourneys: {
        parameters: {
            query?: {
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                kind?: "trip" | "stop" | "gap";
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
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
            /** @description A page of journeys */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JourneyPage"];
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
                /** @description RFC 3339 with zone, or epoch milliseconds, at most 31 days after `from`; default now */
                to?: string;
                /** @description a reading counts as late if it was received more than this many seconds after its time */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description RFC 3339 with zone, or epoch milliseconds, at most 31 days after `from`; default now */
                to?: string;
                /** @description a reading counts as late if it was received more than this many seconds after its time */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description minLon,minLat,maxLon,maxLat in degrees; minLon is greater than maxLon if the box crosses 180 */
                bbox?: string;
                /** @description lat,lon in degrees, with `radius` */
                near?: string;
                /** @description metres */
                radius?: number;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of positions */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of vehicles */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
    postGeofencesImport: {
        parameters: {
            query?: {
                /** @description checks the file without creating anything */
                dry_run?: boolean;
                /** @description of features without a group */
                group?: string;
                /** @description of points without a radius, in metres */
                radius_m?: number;
                /** @description of lines without a width, in metres */
                width_m?: number;
            };
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/geo+json": string;
                "application/vnd.google-earth.kml+xml": string;
                "application/json": string;
            };
        };
        responses: {
            /** @description The keys and names of all features */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GeofenceImport"];
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
    getGeofencesExport: {
        parameters: {
            query: {
                format: "geojson" | "kml";
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": string;
                    "application/vnd.google-earth.kml+xml": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getGeofences: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of geofences */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GeofencePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postGeofences: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    group?: string;
                    /** @description metres, of a circle */
                    radius_m?: number;
                    /** @description metres, of a corridor from side to side */
                    width_m?: number;
                    /** @description metres outside of the boundary at which a vehicle has left, at most a third of the radius; default 25, or a third of a smaller radius */
                    hysteresis_m?: number;
                    /** @description km/h, for rules of the kind overspeed */
                    speed_limit?: number;
                    /** @description when the geofence applies, in weekly windows of local time; always by default */
                    schedule?: {
                        /** @description an IANA time zone such as Europe/Stockholm */
                        zone: string;
                        windows: {
                            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                            /** @description HH:MM */
                            from: string;
                            /** @description HH:MM, exclusive; on the next day if it is not later than `from` */
                            to: string;
                        }[];
                    };
                    /** @description GeoJSON (RFC 7946): Polygon, MultiPolygon, Point with radius_m for a circle, or LineString with width_m for a corridor */
                    geometry: {
                        /** @enum {unknown} */
                        type: "Polygon" | "MultiPolygon" | "Point" | "LineString";
                        coordinates: unknown[];
                    };
                    /** @description readings from this past time on are judged by it, RFC 3339 with zone or epoch milliseconds; default: now */
                    since?: string;
                };
            };
        };
        responses: {
            /** @description The geofence */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description path of the new resource */
                    location?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Geofence"];
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
    getGeofence: {
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
            /** @description The geofence */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Geofence"];
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
    deleteGeofence: {
        parameters: {
            query?: {
                /** @description readings from this past time on are judged by it, RFC 3339 with zone or epoch milliseconds; default: now */
                since?: string;
            };
            header?: {
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
            /** @description The geofence is deleted */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
    patchGeofence: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string | null;
                    /**
                     * @description 1 to 64 letters, digits, _ and -
                     * @example truck-7
                     */
                    group?: string | null;
                    /** @description GeoJSON (RFC 7946): Polygon, MultiPolygon, Point with radius_m for a circle, or LineString with width_m for a corridor */
                    geometry?: {
                        /** @enum {unknown} */
                        type: "Polygon" | "MultiPolygon" | "Point" | "LineString";
                        coordinates: unknown[];
                    };
                    /** @description metres, of a circle */
                    radius_m?: number | null;
                    /** @description metres, of a corridor from side to side */
                    width_m?: number | null;
                    /** @description metres outside of the boundary at which a vehicle has left, at most a third of the radius; default 25, or a third of a smaller radius */
                    hysteresis_m?: number | null;
                    /** @description km/h, for rules of the kind overspeed */
                    speed_limit?: number | null;
                    /** @description when the geofence applies, in weekly windows of local time; always by default */
                    schedule?: {
                        /** @description an IANA time zone such as Europe/Stockholm */
                        zone: string;
                        windows: {
                            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                            /** @description HH:MM */
                            from: string;
                            /** @description HH:MM, exclusive; on the next day if it is not later than `from` */
                            to: string;
                        }[];
                    } | null;
                    /** @description readings from this past time on are judged by it, RFC 3339 with zone or epoch milliseconds; default: now */
                    since?: string;
                };
            };
        };
        responses: {
            /** @description The changed geofence */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Geofence"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getGeofenceVehicles: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
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
            /** @description A page of vehicles */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VehicleInsidePage"];
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
    getLatest: {
        parameters: {
            query?: {
                /** @description minLon,minLat,maxLon,maxLat in degrees; minLon is greater than maxLon if the box crosses 180 */
                bbox?: string;
                /** @description lat,lon in degrees, with `radius` */
                near?: string;
                /** @description metres */
                radius?: number;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of vehicles with their values */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The outcome of the replay */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
            /** @description The outcome of the replay */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
                payload?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description Number of deleted dead letters */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The dead letter is deleted */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
    postRulesPreview: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    kind: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
                    /** @description parameters of the kind, as in GET /api/rule-kinds */
                    params?: Record<string, never>;
                    /** @description the vehicles that the rule covers: exactly one of all, groups, vehicles and tags */
                    scope: {
                        /** @enum {unknown} */
                        all?: true;
                        groups?: string[];
                        vehicles?: string[];
                        tags?: string[];
                    };
                    /** @description RFC 3339 with zone, or epoch milliseconds; otherwise 7 days before `to` */
                    from?: string;
                    /** @description RFC 3339 with zone, or epoch milliseconds; otherwise now */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description The events */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePreview"];
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
    getRuleKinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All kinds */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleKinds"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRules: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
                kind?: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rules, ordered by key */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postRules: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    /** @enum {unknown} */
                    kind: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
                    /** @description parameters of the kind, as in GET /api/rule-kinds */
                    params?: Record<string, never>;
                    /** @description the vehicles that the rule covers: exactly one of all, groups, vehicles and tags */
                    scope: {
                        /** @enum {unknown} */
                        all?: true;
                        groups?: string[];
                        vehicles?: string[];
                        tags?: string[];
                    };
                    /**
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                    /**
                     * @default warning
                     * @enum {unknown}
                     */
                    severity?: "info" | "warning" | "critical";
                    /** @description times in which the rule is judged; otherwise always */
                    schedule?: {
                        /**
                         * @description an IANA time zone such as Europe/Stockholm
                         * @example Europe/Stockholm
                         */
                        zone: string;
                        windows: {
                            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                            /** @description a local time such as 08:30 */
                            from: string;
                            /** @description a local time up to 24:00; on the next day if it is not later than `from` */
                            to: string;
                        }[];
                    };
                    /** @description keys of channels */
                    notify?: string[];
                    /** @default true */
                    enabled?: boolean;
                    /** @description time of the readings from which on the rule or its change applies, RFC 3339 with zone or epoch milliseconds; otherwise now */
                    since?: string;
                };
            };
        };
        responses: {
            /** @description The rule */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description path of the new resource */
                    location?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
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
    getRule: {
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
            /** @description The rule */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
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
    deleteRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
            /** @description The rule is deleted */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
    patchRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string | null;
                    /** @enum {unknown} */
                    kind?: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
                    /** @description parameters of the kind, as in GET /api/rule-kinds */
                    params?: Record<string, never>;
                    /** @description the vehicles that the rule covers: exactly one of all, groups, vehicles and tags */
                    scope?: {
                        /** @enum {unknown} */
                        all?: true;
                        groups?: string[];
                        vehicles?: string[];
                        tags?: string[];
                    };
                    /** @enum {unknown} */
                    severity?: "info" | "warning" | "critical";
                    schedule?: {
                        /**
                         * @description an IANA time zone such as Europe/Stockholm
                         * @example Europe/Stockholm
                         */
                        zone: string;
                        windows: {
                            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                            /** @description a local time such as 08:30 */
                            from: string;
                            /** @description a local time up to 24:00; on the next day if it is not later than `from` */
                            to: string;
                        }[];
                    } | null;
                    /** @description keys of channels */
                    notify?: string[] | null;
                    enabled?: boolean;
                    /** @description time of the readings from which on the rule or its change applies, RFC 3339 with zone or epoch milliseconds; otherwise now */
                    since?: string;
                };
            };
        };
        responses: {
            /** @description The changed rule */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
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
    getEvents: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                group?: string;
                kind?: "threshold" | "overspeed" | "geofence_enter" | "geofence_exit" | "geofence_dwell" | "geofence_crossed" | "geofence_required" | "idling" | "offline" | "silence" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "refuel" | "fuel_drain" | "towing" | "device_fault" | "device_status" | "anomaly_level" | "anomaly_drift" | "expression";
                /** @description 1 to 64 letters, digits, _ and - */
                rule?: string;
                state?: "open" | "ended" | "retracted";
                severity?: "info" | "warning" | "critical";
                acknowledged?: "true" | "false";
                /** @description RFC 3339 with zone, or epoch milliseconds; events that end later */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds; events that begin earlier */
                to?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEvent: {
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
            /** @description The event */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
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
    postEventAcknowledge: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description a whole number of at most 15 digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description text with at least one visible character and without control characters */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description The event */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
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
    getChannels: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of channels */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    postChannels: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    /** @enum {unknown} */
                    kind: "webhook" | "email" | "mqtt";
                    /**
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string;
                    /**
                     * @description of a webhook
                     * @example https://receiver.example/hook
                     */
                    url?: string;
                    /** @description addresses of an e-mail channel */
                    to?: string[];
                    /** @description signs the requests of a webhook: `whsec_` and 24 to 64 bytes in base64. Never returned; without one, a new one is created */
                    secret?: string;
                    templates?: {
                        /** @description one line, such as `{{rule_name}}: {{vehicle_name}}` */
                        subject?: string;
                        text?: string;
                    };
                    /**
                     * @description IANA time zone of the quiet hours, and of times in texts
                     * @example Europe/Stockholm
                     */
                    zone?: string;
                    quiet_hours?: {
                        from: string;
                        /** @description the first minute that is not quiet; before `from` it is on the next day */
                        to: string;
                        /** @description events that are held meanwhile; info and warning if it is absent */
                        severities?: ("info" | "warning" | "critical")[];
                    } | null;
                    storm?: {
                        /** @description 30 if it is absent */
                        max?: number;
                        /** @description 600 if it is absent */
                        window_s?: number;
                    };
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description The channel */
            201: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description path of the new resource */
                    location?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewChannel"];
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
    getChannel: {
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
            /** @description The channel */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
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
    deleteChannel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
            /** @description The channel is deleted */
            204: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
    patchChannel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The etag from an earlier reply: 412 if the resource has changed since */
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
                     * @description text with at least one visible character and without control characters
                     * @example Truck 7
                     */
                    name?: string | null;
                    /**
                     * @description of a webhook
                     * @example https://receiver.example/hook
                     */
                    url?: string;
                    /** @description addresses of an e-mail channel */
                    to?: string[];
                    /** @description signs the requests of a webhook: `whsec_` and 24 to 64 bytes in base64. Never returned; without one, a new one is created */
                    secret?: string;
                    templates?: {
                        /** @description one line, such as `{{rule_name}}: {{vehicle_name}}` */
                        subject?: string | null;
                        text?: string | null;
                    } | null;
                    /**
                     * @description IANA time zone of the quiet hours, and of times in texts
                     * @example Europe/Stockholm
                     */
                    zone?: string | null;
                    quiet_hours?: {
                        from: string;
                        /** @description the first minute that is not quiet; before `from` it is on the next day */
                        to: string;
                        /** @description events that are held meanwhile; info and warning if it is absent */
                        severities?: ("info" | "warning" | "critical")[];
                    } | null;
                    storm?: {
                        /** @description 30 if it is absent */
                        max?: number;
                        /** @description 600 if it is absent */
                        window_s?: number;
                    } | null;
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description The changed channel */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    /** @description for If-Match */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
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
    postChannelTest: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description 1 to 64 letters, digits, _ and - */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is sent soon */
            202: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelTest"];
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
    postChannelPreview: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
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
                    templates?: {
                        /** @description one line, such as `{{rule_name}}: {{vehicle_name}}` */
                        subject?: string;
                        text?: string;
                    };
                    /**
                     * @description IANA time zone of the quiet hours, and of times in texts
                     * @example Europe/Stockholm
                     */
                    zone?: string;
                    /**
                     * @default raised
                     * @enum {unknown}
                     */
                    reason?: "raised" | "escalated" | "ended" | "retracted" | "test";
                    /** @description values of an event instead of those of the example */
                    event?: {
                        [key: string]: string | number | null;
                    };
                };
            };
        };
        responses: {
            /** @description Subject and text */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreview"];
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
    getDeliveries: {
        parameters: {
            query?: {
                /** @description 1 to 64 letters, digits, _ and - */
                channel?: string;
                /** @description 1 to 64 letters, digits, _ and - */
                vehicle?: string;
                /** @description a whole number of at most 15 digits */
                event?: string;
                state?: "waiting" | "sending" | "sent" | "dead" | "digested" | "cancelled";
                reason?: "raised" | "escalated" | "ended" | "retracted" | "digest" | "test";
                limit?: number;
                /** @description the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a UUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
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
    postDeliverySendAgain: {
        parameters: {
            query?: never;
            header?: {
                /** @description A POST that is repeated with the same key within a day is carried out once, and gets the first reply again */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description a UUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery, which is sent soon */
            202: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The process is running */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
            /** @description The database answers */
            200: {
                headers: {
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
                    /** @description identifies the request in the log; the client's own id if it consists of plain characters */
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
