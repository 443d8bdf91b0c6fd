// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** How a campaign stands to the host date (protocol.md section 3). */
public enum CampaignStatus {
    /** Not told, or a status that this version does not know. A campaign's own, and the host's, are not told. */
    UNKNOWN(0),
    /** Before the host date. */
    BEHIND(1),
    /** On the host date. */
    LEVEL(2),
    /** Past the host date. */
    AHEAD(3),
    /** Not past the host date, and before a date that it stood on earlier: an older save was loaded. */
    REWOUND(4);

    private final int wireNumber;

    CampaignStatus(int wireNumber) {
        this.wireNumber = wireNumber;
    }

    static CampaignStatus fromWire(int wireNumber) {
        for (CampaignStatus status : values()) {
            if (status.wireNumber == wireNumber) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
