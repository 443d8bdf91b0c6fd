// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.VersionRule;
import mekhq.distributed.companion.save.CampaignSave;
import mekhq.distributed.companion.save.MementoFile;
import mekhq.distributed.companion.save.PatientSaveReader;
import mekhq.distributed.companion.save.SaveException;
import mekhq.distributed.companion.save.SaveWatch;
import mekhq.distributed.companion.shell.LoadedMemento;
import mekhq.distributed.companion.shell.Printable;

/** What hosting and joining have in common on the command line. */
final class SessionOptions {

    static final class RuleConverter implements ITypeConverter<VersionRule> {

        @Override
        public VersionRule convert(String text) {
            return switch (text) {
                case "exact" -> VersionRule.EXACT;
                case "same-minor" -> VersionRule.SAME_MINOR;
                case "any" -> VersionRule.ANY;
                default -> throw new TypeConversionException(
                        "expected exact, same-minor or any but was '" + text + "'");
            };
        }
    }

    @Parameters(index = "0", paramLabel = "SAVE", converter = PathConverter.class,
            description = "The campaign save, .cpnx or .cpnx.gz. It is only read.")
    private Path save;

    @ArgGroup
    private PasswordOptions password = new PasswordOptions();

    @Option(names = "--allow-legacy-peers",
            description = "Play with campaigns of the older kind too, which know dates, GM mode, systems and forces "
                    + "only.")
    private boolean allowLegacyPeers;

    @Option(names = "--version-rule", paramLabel = "RULE", defaultValue = "exact", converter = RuleConverter.class,
            description = "Which MekHQ versions play together: exact (default), same-minor or any.")
    private VersionRule versionRule;

    @Option(names = "--mekhq-version", paramLabel = "VERSION",
            description = "Count as this MekHQ version instead of the one in the save.")
    private String mekhqVersion;

    @Option(names = "--data-folder", paramLabel = "FOLDER", converter = PathConverter.class,
            description = "Where to keep what outlives the companion, such as a host's ledger; your own folder for "
                    + "such things by default.")
    private Path dataFolder;

    @Option(names = "--watch", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Announce date, system, GM mode and new report lines whenever MekHQ writes SAVE (default).")
    private boolean watch;

    /**
     * Reads the save and the password.
     *
     * @throws CompanionException if either cannot be had
     */
    SessionPlan plan(Surroundings surroundings) throws CompanionException {
        // Before the reading, as the watch does it.
        Instant written = SaveWatch.written(save);
        CampaignSave campaign = readSave();
        String version = mekhqVersion;
        if (version == null) {
            version = campaign.mekhqVersion().orElseThrow(() -> badSave(
                    "it does not say which MekHQ wrote it, as very old saves; name one with --mekhq-version", null));
        }
        CampaignDetails details = CampaignDetails.of(campaign.id(), campaign.name(), campaign.date(),
                campaign.location(), campaign.gmMode());
        Optional<SaveWatch> followed = watch ? Optional.of(new SaveWatch(save, campaign)) : Optional.empty();
        return new SessionPlan(details, readMemento(), written, followed, version, versionRule,
                password.read(surroundings.terminal(), surroundings.environment()), allowLegacyPeers,
                Optional.ofNullable(dataFolder));
    }

    private LoadedMemento readMemento() throws CompanionException {
        MementoFile file = MementoFile.beside(save);
        try {
            return new LoadedMemento(file, file.read());
        } catch (IOException e) {
            throw new CompanionException(ExitCode.BAD_SAVE, "Cannot read " + Printable.text(file.path().toString())
                    + ": " + Printable.text(String.valueOf(e.getMessage())) + ".", e);
        }
    }

    private CampaignSave readSave() throws CompanionException {
        try {
            return new PatientSaveReader().read(save);
        } catch (SaveException e) {
            throw badSave(e.getMessage(), e);
        }
    }

    private CompanionException badSave(String why, Throwable cause) {
        return new CompanionException(ExitCode.BAD_SAVE,
                "Cannot use " + Printable.text(save.toString()) + ": " + Printable.text(why) + ".", cause);
    }
}
