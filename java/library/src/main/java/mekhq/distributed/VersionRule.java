// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** Which MekHQ versions of the other side are good enough (protocol.md section 2). Each side has its own rule. */
public enum VersionRule {
    /** Equal, letter case aside. The default. */
    EXACT,
    /** Equal in the first two numbers. */
    SAME_MINOR,
    /** Any version will do. */
    ANY
}
