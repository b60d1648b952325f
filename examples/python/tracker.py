#!/usr/bin/env python3
"""A tracker that keeps its readings until Fleetwire has committed them, and answers commands.

Needs paho-mqtt, 2.x or 1.6. The settings are in ../README.md.
"""
import json
import os
import queue
import signal
import threading
import time

import paho.mqtt.client as mqtt

DEVICE, VEHICLE, TOKEN = (os.environ[name] for name in ("DEVICE", "VEHICLE", "DEVICE_TOKEN"))
HOST, PORT = os.environ.get("MQTT_HOST", "127.0.0.1"), int(os.environ.get("MQTT_PORT", "1883"))
INTERVAL_S = float(os.environ.get("INTERVAL_S", "10"))
KEPT_MAX = 10_000  # readings without a PUBACK; beyond it new ones are lost
BATCH_MAX = 100  # readings in a message; Fleetwire takes 1000
ANSWERS_MAX = 100

readings = []  # the oldest first; a reading leaves it with its PUBACK
answers = {}  # by the command's id
acknowledged = queue.Queue()  # ids of messages
stopping = threading.Event()


def measure():
    """Replace it with your sensors. A reading has its own time, which identifies it when it is sent again."""
    now = time.time()
    return {"time": int(now * 1000), "lat": 59.33, "lon": 18.06 + now % 60 / 1000, "speed": 62.5}


def measure_until_stopped():
    seq = 0
    while not stopping.wait(INTERVAL_S):
        if len(readings) < KEPT_MAX:
            readings.append({**measure(), "seq": seq})
        seq += 1


def obey(name, params):
    """Replace it with the actions of your vehicle. `result` is optional."""
    if name == "ping":
        return {"ok": True, "result": params}
    return {"ok": False, "result": f"there is no command {name}"}


def on_connect(client, userdata, flags, reason, *_):
    print("connected" if reason == 0 else f"refused: {reason}", flush=True)
    if reason == 0:
        client.subscribe([(f"fleet/{VEHICLE}/commands", 1), (f"fleet/{VEHICLE}/rejected", 1)])


def on_message(client, userdata, message):
    content = json.loads(message.payload)
    if message.topic.endswith("/rejected"):
        print("rejected:", json.dumps(content["rejected"]), flush=True)
        return
    # A command may arrive more than once: it is executed once, and answered each time.
    number = content["id"]
    if number not in answers:
        answers[number] = {"id": number, **obey(content["name"], content["params"])}
    client.publish(f"fleet/{VEHICLE}/commands/ack", json.dumps(answers[number]), qos=1)
    if len(answers) > ANSWERS_MAX:
        del answers[next(iter(answers))]


def send(client, batch):
    """Returns with the PUBACK. If the connection is lost before, paho resends the message as soon as it is back."""
    info = client.publish(f"fleet/{VEHICLE}/telemetry", json.dumps(batch), qos=1)
    while acknowledged.get() != info.mid:
        pass  # it belonged to an answer


is_2 = hasattr(mqtt, "CallbackAPIVersion")
client = mqtt.Client(*([mqtt.CallbackAPIVersion.VERSION2] if is_2 else []), client_id=DEVICE)
client.username_pw_set("tracker", TOKEN)
client.reconnect_delay_set(min_delay=1, max_delay=60)
if "MQTT_CA_FILE" in os.environ:
    client.tls_set(os.environ["MQTT_CA_FILE"])
client.on_connect, client.on_message = on_connect, on_message
client.on_publish = lambda client, userdata, mid, *_: acknowledged.put(mid)
client.connect_async(HOST, PORT)
client.loop_start()

for name in (signal.SIGINT, signal.SIGTERM):  # a second one ends it at once
    signal.signal(name, lambda number, _: (stopping.set(), signal.signal(number, signal.SIG_DFL)))
sensors = threading.Thread(target=measure_until_stopped)
sensors.start()
while sensors.is_alive() or readings:
    batch = readings[:BATCH_MAX]
    if batch:
        send(client, batch)
        del readings[: len(batch)]
        print("acknowledged", len(batch), flush=True)
    else:
        time.sleep(0.05)
client.disconnect()
