# SPDX-License-Identifier: GPL-3.0-or-later
# Writes scalars.tfevents and scalars_resumed.tfevents with TensorBoard's own messages and record writer:
# python3 make_event_files.py (tensorboard 2.20 or later, no TensorFlow).
import io

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


class Buffer(io.BytesIO):
    def close(self):
        pass


def scalar(tag, step, value, wall):
    summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, simple_value=value)])
    return event_pb2.Event(wall_time=wall, step=step, summary=summary)


def write(path, resume_step):
    events = [event_pb2.Event(wall_time=1700000000.25, file_version="brain.Event:2")]
    if resume_step is not None:
        log = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
        events.append(event_pb2.Event(wall_time=1700000000.25, step=resume_step, session_log=log))
    events.append(scalar("loss", 1, 0.75, 1700000001.5))
    events.append(scalar("loss", 2, 0.0, 1700000002.5))
    events.append(scalar("val/accuracy", 300, 0.5, 1700000003.5))
    buffer = Buffer()
    writer = RecordWriter(buffer)
    for event in events:
        writer.write(event.SerializeToString())
    with open(path, "wb") as file:
        file.write(buffer.getvalue())


write("scalars.tfevents", None)
write("scalars_resumed.tfevents", 200)
