// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

/** Ends the companion. The message is one line for the player. */
public final class CompanionException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * An end with a message.
     *
     * @param exitCode one of {@link ExitCode}
     * @param message  one line for the player
     */
    public CompanionException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    /**
     * An end with a message and what led to it.
     *
     * @param exitCode one of {@link ExitCode}
     * @param message  one line for the player
     * @param cause    what led to it, may be null
     */
    public CompanionException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /**
     * The exit code.
     *
     * @return one of {@link ExitCode}
     */
    public int exitCode() {
        return exitCode;
    }
}
