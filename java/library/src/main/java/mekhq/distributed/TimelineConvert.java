// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import mekhq.distributed.internal.proto.bridge.RosterState;
import mekhq.distributed.timeline.BoardRow;
import mekhq.distributed.timeline.MayAdvance;

/** Between the calendar of the API and what crosses from the native library. */
final class TimelineConvert {

    private TimelineConvert() {
    }

    static MayAdvance toMayAdvance(int wireNumber) {
        return switch (wireNumber) {
            case mekhq.distributed.internal.proto.bridge.MayAdvance.MAY_ADVANCE_ALLOWED_VALUE -> MayAdvance.ALLOWED;
            case mekhq.distributed.internal.proto.bridge.MayAdvance.MAY_ADVANCE_WAIT_FOR_HOST_VALUE ->
                    MayAdvance.WAIT_FOR_HOST;
            case mekhq.distributed.internal.proto.bridge.MayAdvance.MAY_ADVANCE_AHEAD_OF_HOST_VALUE ->
                    MayAdvance.AHEAD_OF_HOST;
            case mekhq.distributed.internal.proto.bridge.MayAdvance.MAY_ADVANCE_HOST_LOST_VALUE ->
                    MayAdvance.HOST_LOST;
            case mekhq.distributed.internal.proto.bridge.MayAdvance.MAY_ADVANCE_SCENARIO_PENDING_VALUE ->
                    MayAdvance.SCENARIO_PENDING;
            default -> MayAdvance.UNKNOWN;
        };
    }

    static Optional<LocalDate> toDate(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(text));
    }

    static List<BoardRow> toBoard(RosterState state) {
        Map<String, CampaignDetails> campaigns = Stream
                .concat(Stream.of(state.getOwn()), state.getCampaignsList().stream())
                .collect(Collectors.toMap(mekhq.distributed.internal.proto.CampaignDetails::getId,
                        Convert::toCampaign));
        return state.getBoardList().stream()
                .map(row -> new BoardRow(campaigns.get(row.getId()), row.getLagDays(),
                        toMayAdvance(row.getMayAdvanceValue())))
                .toList();
    }
}
