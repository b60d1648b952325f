"""Publishes PAYLOAD once with QoS 2 in a session that outlives its connections, and ends when it is complete."""

import os

import paho.mqtt.client as mqtt

env = os.environ
options = dict(client_id=env["CLIENT_ID"], clean_session=False)
if hasattr(mqtt, "CallbackAPIVersion"):
    options["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION2
client = mqtt.Client(**options)
client.username_pw_set("x", env["TOKEN"])
client.connect("127.0.0.1", int(env["MQTT_PORT"]))
client.loop_start()
client.publish(env["TOPIC"], env["PAYLOAD"], qos=2).wait_for_publish()
client.disconnect()
client.loop_stop()
