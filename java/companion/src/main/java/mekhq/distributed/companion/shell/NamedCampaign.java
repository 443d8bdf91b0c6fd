// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

import mekhq.distributed.CampaignDetails;

/**
 * A campaign that the player named, and what was typed behind the name.
 *
 * @param campaign the campaign
 * @param rest     what follows, stripped; may be empty
 */
record NamedCampaign(CampaignDetails campaign, String rest) {

    /** By the whole name, or by the beginning of just one; by the id where names are the same. */
    static CampaignDetails find(String text, List<CampaignDetails> campaigns) throws CommandException {
        String wanted = folded(text);
        List<CampaignDetails> found = whole(wanted, campaigns);
        if (found.isEmpty()) {
            found = matching(campaigns, campaign -> begins(campaign.name(), text));
        }
        if (found.isEmpty()) {
            throw new CommandException("No campaign is named " + Printable.text(text) + ".");
        }
        if (found.size() > 1) {
            throw new CommandException("Several campaigns are named so: "
                    + String.join(", ", found.stream().map(NamedCampaign::named).toList()) + ".");
        }
        return found.get(0);
    }

    /** A name, which may have blanks, and then other words: the longest name counts, or else the first word. */
    static NamedCampaign before(String arguments, List<CampaignDetails> campaigns) throws CommandException {
        for (int end = arguments.length(); end > 0; end = arguments.lastIndexOf(' ', end - 1)) {
            String name = arguments.substring(0, end).strip();
            if (!whole(folded(name), campaigns).isEmpty()) {
                return new NamedCampaign(find(name, campaigns), arguments.substring(end).strip());
            }
        }
        String[] words = arguments.split(" ", 2);
        return new NamedCampaign(find(words[0], campaigns), words.length > 1 ? words[1].strip() : "");
    }

    /** Whether a name begins with a text, whatever its case. */
    static boolean begins(String name, String text) {
        return folded(name).startsWith(folded(text));
    }

    private static List<CampaignDetails> whole(String wanted, List<CampaignDetails> campaigns) {
        List<CampaignDetails> found = matching(campaigns, campaign -> campaign.id().toString().equals(wanted));
        return found.isEmpty() ? matching(campaigns, campaign -> folded(campaign.name()).equals(wanted)) : found;
    }

    private static List<CampaignDetails> matching(List<CampaignDetails> campaigns, Predicate<CampaignDetails> wanted) {
        return campaigns.stream().filter(wanted).toList();
    }

    private static String named(CampaignDetails campaign) {
        return Printable.text(campaign.name()) + " (" + campaign.id() + ")";
    }

    private static String folded(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
