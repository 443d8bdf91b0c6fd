// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

class ApiTest {

    @Test
    void noProtobufTypeStandsInTheApi() throws Exception {
        List<String> signatures = new ArrayList<>();
        for (Class<?> type : publicTypes()) {
            signatures.add(type.toGenericString() + " " + type.getGenericSuperclass());
            Stream.of(type.getDeclaredMethods()).filter(ApiTest::isApi).map(Method::toGenericString)
                    .forEach(signatures::add);
            Stream.of(type.getDeclaredConstructors()).filter(ApiTest::isApi).map(Constructor::toGenericString)
                    .forEach(signatures::add);
            Stream.of(type.getDeclaredFields()).filter(ApiTest::isApi).map(Field::toGenericString)
                    .forEach(signatures::add);
        }
        assertThat(signatures).hasSizeGreaterThan(100)
                .noneMatch(signature -> signature.contains("protobuf") || signature.contains(".internal."));
    }

    @Test
    void onlyTheApiIsPublic() throws Exception {
        assertThat(publicTypes()).extracting(Class::getName).containsExactlyInAnyOrder(
                "mekhq.distributed.Bundle",
                "mekhq.distributed.CampaignDetails",
                "mekhq.distributed.CampaignKeys",
                "mekhq.distributed.CampaignMemento",
                "mekhq.distributed.CampaignStatus",
                "mekhq.distributed.ConnectedHost",
                "mekhq.distributed.DistributedMekHQException",
                "mekhq.distributed.DistrustedHost",
                "mekhq.distributed.EndCause",
                "mekhq.distributed.ErrorCode",
                "mekhq.distributed.Fingerprint",
                "mekhq.distributed.HostSession",
                "mekhq.distributed.HostSession$Builder",
                "mekhq.distributed.HostTrust",
                "mekhq.distributed.Ledger",
                "mekhq.distributed.Money",
                "mekhq.distributed.PlainText",
                "mekhq.distributed.Refusal",
                "mekhq.distributed.RemoteSession",
                "mekhq.distributed.RemoteSession$Builder",
                "mekhq.distributed.Session",
                "mekhq.distributed.SessionBuilder",
                "mekhq.distributed.SessionListener",
                "mekhq.distributed.Statistics",
                "mekhq.distributed.VersionRule",
                "mekhq.distributed.force.Force",
                "mekhq.distributed.force.ForceListener",
                "mekhq.distributed.force.ForceUnit",
                "mekhq.distributed.force.ForceVisibility",
                "mekhq.distributed.force.Forces",
                "mekhq.distributed.roster.Member",
                "mekhq.distributed.roster.Members",
                "mekhq.distributed.roster.Membership",
                "mekhq.distributed.roster.Roster",
                "mekhq.distributed.roster.RosterListener",
                "mekhq.distributed.settlement.Adjustment",
                "mekhq.distributed.settlement.Arrival",
                "mekhq.distributed.settlement.CampaignAssets",
                "mekhq.distributed.settlement.CampaignStatement",
                "mekhq.distributed.settlement.HeldSession",
                "mekhq.distributed.settlement.Hold",
                "mekhq.distributed.settlement.SessionStatement",
                "mekhq.distributed.settlement.Settlement",
                "mekhq.distributed.settlement.SettlementListener",
                "mekhq.distributed.settlement.Settlements",
                "mekhq.distributed.settlement.Standing",
                "mekhq.distributed.settlement.StatementLine",
                "mekhq.distributed.settlement.StatementState",
                "mekhq.distributed.settlement.StatementTotals",
                "mekhq.distributed.team.DailyLog",
                "mekhq.distributed.team.TeamListener",
                "mekhq.distributed.team.Teams",
                "mekhq.distributed.timeline.BoardRow",
                "mekhq.distributed.timeline.MayAdvance",
                "mekhq.distributed.timeline.Timeline",
                "mekhq.distributed.timeline.TimelineListener",
                "mekhq.distributed.transfer.Transfer",
                "mekhq.distributed.transfer.TransferListener",
                "mekhq.distributed.transfer.TransferOutcome",
                "mekhq.distributed.transfer.Transfers");
    }

    private static boolean isApi(Member member) {
        return !member.isSynthetic() && (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static List<Class<?>> publicTypes() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(Session.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> names;
        try (Stream<Path> files = Files.walk(root)) {
            names = files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(".class") && !name.contains("/internal/"))
                    .filter(name -> !name.endsWith("package-info.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
        List<Class<?>> types = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name, false, Session.class.getClassLoader());
            if (Modifier.isPublic(type.getModifiers())) {
                types.add(type);
            }
        }
        return types;
    }
}
