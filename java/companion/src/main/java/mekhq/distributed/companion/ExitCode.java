// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

/** How the companion ends. */
public final class ExitCode {

    /** The player quit, or the host closed the session with a goodbye. */
    public static final int OK = 0;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** The campaign save cannot be used. */
    public static final int BAD_SAVE = 3;
    /** The host refused, cannot be reached, or was lost; or the address to listen on cannot be had. */
    public static final int REFUSED_OR_UNREACHABLE = 4;
    /** The native library is missing, of another version, or failed. */
    public static final int LIBRARY = 5;

    private ExitCode() {
    }
}
