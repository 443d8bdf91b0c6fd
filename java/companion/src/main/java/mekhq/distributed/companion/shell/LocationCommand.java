// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

/** Goes to another planetary system. */
final class LocationCommand implements Command {

    private static final String GM_SUFFIX = "--gm";
    private static final int CHARS_MAX = 200;

    @Override
    public String name() {
        return "location";
    }

    @Override
    public String usage() {
        return "location SYSTEM [--gm]";
    }

    @Override
    public String summary() {
        return "go to a planetary system; with --gm by a GM's doing";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        boolean gmMovement = arguments.equals(GM_SUFFIX) || arguments.endsWith(" " + GM_SUFFIX);
        int systemEnd = gmMovement ? arguments.length() - GM_SUFFIX.length() : arguments.length();
        String system = arguments.substring(0, systemEnd).strip();
        if (system.isEmpty() || system.codePointCount(0, system.length()) > CHARS_MAX
                || system.chars().anyMatch(Character::isISOControl)) {
            throw new CommandException("Usage: " + usage() + ", with a SYSTEM of 1 to " + CHARS_MAX + " characters.");
        }
        context.session().roster().sendLocationChanged(system, gmMovement);
        context.own().travelTo(system);
        context.screen().event("You are now in " + Printable.text(system) + (gmMovement ? " (moved by a GM)." : "."));
    }
}
