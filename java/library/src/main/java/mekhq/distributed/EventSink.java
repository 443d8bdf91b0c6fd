// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** Takes the events of one session from the native library. */
interface EventSink {

    /**
     * Takes some events, in the order in which they happened. Called on the thread that was lent with
     * {@link Native#deliverEvents(long, EventSink)}.
     *
     * @param batch a {@code bridge.EventBatch}
     */
    void onEvents(byte[] batch);
}
