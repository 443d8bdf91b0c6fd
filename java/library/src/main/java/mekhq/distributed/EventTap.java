// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import mekhq.distributed.internal.proto.bridge.Event;

/** Sees each event on the event thread, before it waits for the executor. */
interface EventTap {
    /** Sees nothing. */
    EventTap NONE = new EventTap() {
        @Override
        public void onEvent(Event event) {
        }

        @Override
        public void onClosing() {
        }
    };

    /** Must neither block nor throw. */
    void onEvent(Event event);

    /** The session is being closed on this side; called on any thread, perhaps more than once. */
    void onClosing();
}
