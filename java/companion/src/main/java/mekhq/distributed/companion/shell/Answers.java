// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.concurrent.CompletionException;

import mekhq.distributed.DistributedMekHQException;

/** What became of something that took its time. */
final class Answers {

    private Answers() {
    }

    /** Tells why it was not done. */
    static void failed(Throwable failure, Screen screen) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause()
                : failure;
        String code = cause instanceof DistributedMekHQException e ? " (" + e.code() + ")" : "";
        screen.event("Not done: " + Printable.text(String.valueOf(cause.getMessage())) + code);
    }
}
