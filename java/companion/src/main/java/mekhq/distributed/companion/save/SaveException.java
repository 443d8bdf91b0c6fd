// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.util.Objects;

/**
 * A save that cannot be used. The message is one sentence for the player, without the file's name.
 */
public final class SaveException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with a save. */
    public enum Problem {
        /** There is no such file. */
        MISSING,
        /** It is a folder or a device. */
        NOT_A_FILE,
        /** The file could not be read: permissions, or a failing disk. */
        UNREADABLE,
        /** The file has no content. MekHQ empties a save before it writes it anew. */
        EMPTY,
        /** The file ends early: it is being written, or it was cut off. */
        UNFINISHED,
        /** The compressed content does not decompress. */
        DAMAGED,
        /** The content is not well-formed XML. */
        NOT_XML,
        /** It is XML, but not a campaign. */
        NOT_A_CAMPAIGN,
        /** It has a document type definition, which no save has and which can be abused. */
        DTD,
        /** Decompressed, it is larger than any save. */
        TOO_LARGE,
        /** Its elements are nested deeper than in any save. */
        TOO_DEEP,
        /** A single text, tag or comment is longer than in any save. */
        TEXT_TOO_LONG,
        /** The campaign has no id, as in very old saves. */
        NO_ID,
        /** The campaign id is not a UUID. */
        BAD_ID,
        /** The version is longer than any version. */
        BAD_VERSION,
        /** The campaign has no name. */
        NO_NAME,
        /** The name is too long, or has control characters. */
        BAD_NAME,
        /** The campaign has no date. */
        NO_DATE,
        /** The date is in no known calendar format, or outside the years 1 to 9999. */
        BAD_DATE,
        /** The save does not say in which system the campaign is. */
        NO_LOCATION,
        /** The system id is too long, or has control characters. */
        BAD_LOCATION,
        /** GM mode is neither true nor false. */
        BAD_GM_MODE
    }

    private final Problem problem;

    SaveException(Problem problem, String message) {
        this(problem, message, null);
    }

    SaveException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = Objects.requireNonNull(problem, "problem");
    }

    /**
     * What is wrong.
     *
     * @return the kind of problem, never null
     */
    public Problem problem() {
        return problem;
    }

    /**
     * Whether the save may be whole a moment later, because MekHQ is writing it.
     *
     * @return true for an empty or unfinished save
     */
    public boolean mayPass() {
        return problem == Problem.EMPTY || problem == Problem.UNFINISHED;
    }
}
