// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.companion.save.SaveException.Problem;

/**
 * The texts found in a save, and what they mean. The first text of each field counts: the first of several locations is
 * the main one.
 */
final class SaveFields {

    /** A text that is looked for in a save. */
    enum Field { ID, NAME, CALENDAR, GM_MODE, SYSTEM }

    /** By path: the same element names occur all over a save with other meanings. */
    private static final Map<String, Field> PATHS = Map.of(
            "campaign/info/id", Field.ID,
            "campaign/info/name", Field.NAME,
            "campaign/info/calendar", Field.CALENDAR,
            "campaign/info/gmMode", Field.GM_MODE,
            "campaign/location/currentSystemId", Field.SYSTEM,
            "campaign/locations/location/currentSystemId", Field.SYSTEM);

    /** The depth of the deepest path above. */
    static final int DEPTH_MAX = 4;

    private static final int TEXT_CHARS_MAX = 200;
    private static final int VERSION_CHARS_MAX = 64;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);
    /** Before 0.47 MekHQ wrote a time of day that meant nothing. */
    private static final DateTimeFormatter DATE_AND_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

    private final Map<Field, String> texts = new EnumMap<>(Field.class);
    private final DailyReport report = new DailyReport();
    private String version;

    static Field at(String path) {
        return PATHS.get(path);
    }

    boolean lacks(Field field) {
        return !texts.containsKey(field);
    }

    boolean complete() {
        return texts.size() == Field.values().length;
    }

    DailyReport report() {
        return report;
    }

    void put(Field field, String text) {
        texts.put(field, text.strip());
    }

    void putVersion(String text) {
        version = text == null || text.isBlank() ? null : text.strip();
    }

    CampaignSave toSave() throws SaveException {
        return new CampaignSave(id(), name(), date(), location(), gmMode(), mekhqVersion(), report.lines());
    }

    private UUID id() throws SaveException {
        String text = texts.getOrDefault(Field.ID, "");
        if (text.isEmpty()) {
            throw new SaveException(Problem.NO_ID, "its campaign has no id, as in very old saves; load and save it "
                    + "with a newer MekHQ first");
        }
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            throw badId(text, e);
        }
        throw badId(text, null);
    }

    private static SaveException badId(String text, Throwable cause) {
        return new SaveException(Problem.BAD_ID, "its campaign id is not a UUID: " + excerpt(text), cause);
    }

    private String name() throws SaveException {
        return checked(Field.NAME, Problem.NO_NAME, Problem.BAD_NAME, "campaign name");
    }

    private String location() throws SaveException {
        return checked(Field.SYSTEM, Problem.NO_LOCATION, Problem.BAD_LOCATION, "current system");
    }

    private String checked(Field field, Problem none, Problem bad, String what) throws SaveException {
        String text = texts.getOrDefault(field, "");
        if (text.isEmpty()) {
            throw new SaveException(none, "it has no " + what);
        }
        if (text.codePointCount(0, text.length()) > TEXT_CHARS_MAX) {
            throw new SaveException(bad, "its " + what + " is longer than " + TEXT_CHARS_MAX + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new SaveException(bad, "its " + what + " has control characters");
        }
        return text;
    }

    private LocalDate date() throws SaveException {
        String text = texts.getOrDefault(Field.CALENDAR, "");
        if (text.isEmpty()) {
            throw new SaveException(Problem.NO_DATE, "it has no campaign date");
        }
        LocalDate date;
        try {
            date = text.length() > 10 ? LocalDateTime.parse(text, DATE_AND_TIME).toLocalDate()
                    : LocalDate.parse(text, DATE);
        } catch (DateTimeException e) {
            throw new SaveException(Problem.BAD_DATE,
                    "its campaign date is in no known calendar format: " + excerpt(text), e);
        }
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new SaveException(Problem.BAD_DATE, "its campaign date is outside the years 1 to 9999: " + date);
        }
        return date;
    }

    private boolean gmMode() throws SaveException {
        String text = texts.getOrDefault(Field.GM_MODE, "false");
        if (text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equalsIgnoreCase("false")) {
            return false;
        }
        throw new SaveException(Problem.BAD_GM_MODE, "its GM mode is neither true nor false: " + excerpt(text));
    }

    private Optional<String> mekhqVersion() throws SaveException {
        if (version != null && version.length() > VERSION_CHARS_MAX) {
            throw new SaveException(Problem.BAD_VERSION, "its version is longer than " + VERSION_CHARS_MAX
                    + " characters");
        }
        return Optional.ofNullable(version);
    }

    private static String excerpt(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
