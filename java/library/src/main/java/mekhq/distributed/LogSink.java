// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** Takes log records from the native library. */
interface LogSink {

    /**
     * Takes some records, oldest first. Called on the thread that was lent with
     * {@link Native#deliverLogs(int, LogSink)}.
     *
     * @param batch a {@code bridge.LogBatch}
     */
    void onRecords(byte[] batch);
}
