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
    "/api/vehicles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List vehicles in order of their keys
         * @description For the role admin.
         */
        get: operations["getVehicles"];
        put?: never;
        /**
         * Create a vehicle, or all of an array
         * @description For the role admin.
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
         * @description For the role admin.
         */
        get: operations["getVehicle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
         * List devices in order of their keys
         * @description For the role admin.
         */
        get: operations["getDevices"];
        put?: never;
        /**
         * Create a device, or all of an array
         * @description For the role admin.
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
         * @description For the role admin.
         */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
         * @description For the role admin.
         */
        put: operations["putDevicePublicKey"];
        post?: never;
        /**
         * Remove the public key of a device; connections that it was used for end
         * @description For the role admin.
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
        get?: never;
        put?: never;
        /**
         * Issue an MQTT token to a device
         * @description For the role admin.
         */
        post: operations["postDeviceTokens"];
        delete?: never;
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
         * @description For the role admin.
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
         * @description For the role admin.
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
         * @description For the role admin.
         */
        post: operations["postMqttTokens"];
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
         * Readings of a vehicle in order of time, from inclusive, to exclusive
         * @description For the role admin.
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
         * @description For the role admin.
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
    "/api/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was refused, the newest first; from inclusive, to exclusive
         * @description For the role admin.
         */
        get: operations["getDeadLetters"];
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
         * @description For the role admin.
         */
        get: operations["getDeadLetter"];
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
            code?: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "storage_refused" | "invalid_request" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "payload_too_large" | "unsupported_media_type" | "too_many_requests" | "internal" | "unavailable";
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
            code: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "storage_refused" | "invalid_request" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "payload_too_large" | "unsupported_media_type" | "too_many_requests" | "internal" | "unavailable";
            /** @description the same as in x-request-id and in the log */
            request_id: string;
            /** @description at most 100 */
            errors?: components["schemas"]["Fault"][];
        };
        Vehicle: {
            /** @example truck-7 */
            key: string;
            /** @example Truck 7 */
            name: string;
            /** Format: date-time */
            created_at: string;
        };
        VehiclePage: {
            items: components["schemas"]["Vehicle"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
        };
        Device: {
            /** @example truck-7 */
            key: string;
            /** @example Truck 7 */
            name: string;
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
            /** @example truck-7 */
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
        MqttToken: {
            /** @description a JWT: the password of the MQTT connection */
            token: string;
            /** @description what the MQTT client id has to begin with */
            client_id_prefix: string;
            /** Format: date-time */
            expires_at: string;
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
        StoredReadingPage: {
            items: components["schemas"]["StoredReading"][];
            /** @description the next page; null on the last one */
            next_cursor: string | null;
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
        Status: {
            /** @enum {unknown} */
            status: "up" | "ready";
        };
    };
    responses: never;
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
                };
            };
        };
        responses: {
            /** @description The token */
            200: {
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
                    "application/json": components["schemas"]["ApiToken"];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            413: {
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
            415: {
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
            429: {
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
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getVehicles: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before */
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
                    "application/json": components["schemas"]["VehiclePage"];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    postVehicles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example truck-7 */
                    key: string;
                    /** @example Truck 7 */
                    name?: string;
                } | {
                    /** @example truck-7 */
                    key: string;
                    /** @example Truck 7 */
                    name?: string;
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vehicle"] | components["schemas"]["Vehicle"][];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description It exists already (`conflict`) */
            409: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://fleetwire.dev/problems/conflict",
                     *       "title": "It exists already",
                     *       "status": 409,
                     *       "detail": "what was wrong with this request",
                     *       "code": "conflict",
                     *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`payload_too_large`) */
            413: {
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
            415: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getVehicle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vehicle"];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getDevices: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next_cursor` of the page before */
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
                    "application/json": components["schemas"]["DevicePage"];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    postDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example truck-7 */
                    key: string;
                    /** @example Truck 7 */
                    name?: string;
                    /** @example truck-7 */
                    vehicle?: string;
                    public_key?: string;
                } | {
                    /** @example truck-7 */
                    key: string;
                    /** @example Truck 7 */
                    name?: string;
                    /** @example truck-7 */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"] | components["schemas"]["Device"][];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description It exists already (`conflict`) */
            409: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "https://fleetwire.dev/problems/conflict",
                     *       "title": "It exists already",
                     *       "status": 409,
                     *       "detail": "what was wrong with this request",
                     *       "code": "conflict",
                     *       "request_id": "3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`payload_too_large`) */
            413: {
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
            415: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    putDevicePublicKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description The request is too large (`payload_too_large`) */
            413: {
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
            415: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    deleteDevicePublicKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    postDeviceTokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description The request is too large (`payload_too_large`) */
            413: {
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
            415: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    postManyDeviceTokens: {
        parameters: {
            query?: never;
            header?: never;
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description The request is too large (`payload_too_large`) */
            413: {
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
            415: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    deleteDeviceToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    postMqttTokens: {
        parameters: {
            query?: never;
            header?: never;
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description The request is too large (`payload_too_large`) */
            413: {
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
            415: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getVehicleTelemetry: {
        parameters: {
            query?: {
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
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
                    "application/json": components["schemas"]["StoredReadingPage"];
                };
            };
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getVehiclePosition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getDeadLetters: {
        parameters: {
            query?: {
                vehicle?: string;
                code?: "empty_payload" | "not_utf8" | "not_json" | "too_deep" | "no_readings" | "too_many_readings" | "not_an_object" | "empty_reading" | "unknown_field" | "missing_field" | "wrong_type" | "out_of_range" | "bad_text" | "bad_name" | "too_many_values" | "bad_time" | "time_without_zone" | "time_too_old" | "time_in_future" | "storage_refused" | "invalid_request" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "payload_too_large" | "unsupported_media_type" | "too_many_requests" | "internal" | "unavailable";
                /** @description RFC 3339 with zone, or epoch milliseconds */
                from?: string;
                /** @description RFC 3339 with zone, or epoch milliseconds */
                to?: string;
                limit?: number;
                /** @description the `next_cursor` of the page before */
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            401: {
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
            403: {
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
            /** @description Not found (`not_found`) */
            404: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            503: {
                headers: {
                    /** @description names the request in the log; the client's own if it sent a plain one */
                    "x-request-id"?: string;
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
            /** @description The request is not valid (`invalid_request`) */
            400: {
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
            /** @description Something went wrong here (`internal`) */
            500: {
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
        };
    };
}
