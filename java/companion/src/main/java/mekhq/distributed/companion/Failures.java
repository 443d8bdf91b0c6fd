// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.companion.shell.Printable;

/** The library's failures as the companion's ends. */
final class Failures {

    private Failures() {
    }

    /**
     * The end that a failure means.
     *
     * @param what    what was not possible, the beginning of a sentence
     * @param failure why
     */
    static CompanionException toEnd(String what, DistributedMekHQException failure) {
        String message = failure.getMessage() == null ? "no reason given" : Printable.text(failure.getMessage());
        String hint = hint(failure.code());
        return new CompanionException(exitCode(failure), what + ": " + message + hint + " (" + failure.code() + ")",
                failure);
    }

    private static String hint(ErrorCode code) {
        return switch (code) {
            case CERTIFICATE_UNKNOWN -> ". To trust it, add --fingerprint and what it shows";
            case LEDGER_DAMAGED -> ". --begin-anew begins a new session, without what that ledger knew";
            default -> "";
        };
    }

    private static int exitCode(DistributedMekHQException failure) {
        return switch (failure.code()) {
            case INVALID_ARGUMENT -> ExitCode.USAGE;
            case LIBRARY_MISSING, LIBRARY_VERSION_MISMATCH, INTERNAL, UNKNOWN -> ExitCode.LIBRARY;
            default -> ExitCode.REFUSED_OR_UNREACHABLE;
        };
    }
}
