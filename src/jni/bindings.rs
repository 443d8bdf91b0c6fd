// SPDX-License-Identifier: GPL-3.0-or-later
//! The Java types that the library calls, with their class references and method ids cached at load.

use jni::bind_java_type;

bind_java_type! {
    pub(super) EventSink => mekhq.distributed.EventSink,
    methods { fn on_events(batch: jbyte[]) },
}

bind_java_type! {
    pub(super) LogSink => mekhq.distributed.LogSink,
    methods { fn on_records(batch: jbyte[]) },
}

bind_java_type! {
    pub(super) AssetsSink => mekhq.distributed.AssetsSink,
    methods { fn call(assets_call: jbyte[]) -> jbyte[] },
}

bind_java_type! {
    pub(super) LibraryVersion => mekhq.distributed.LibraryVersion,
    fields { static value { sig = JString, name = "VALUE" } },
}

bind_java_type! {
    pub(super) DistributedMekHQException => mekhq.distributed.DistributedMekHQException,
    constructors { fn new(code: jint, message: JString) },
    is_instance_of = { JThrowable },
}
