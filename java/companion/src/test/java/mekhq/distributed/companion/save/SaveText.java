// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small saves for tests, in MekHQ's shapes. */
public final class SaveText {

    public static final String ID = "5d3c2b1a-0f9e-4d8c-b7a6-594837261504";

    private SaveText() {
    }

    /** The shape of 0.51: GM mode late in the info, locations at the end. */
    public static String ofNewShape() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <campaign version="0.51.00">
                    <pastVersions><pastVersion>0.50.06</pastVersion></pastVersions>
                    <info>
                        <id>%s</id>
                        <calendar>3025-04-08</calendar>
                        <name>Copper Lancers</name>
                        <personnelMarket><person id="1f2e3d4c-5b6a-4798-8897-a6b5c4d3e2f1">
                            <id>1f2e3d4c-5b6a-4798-8897-a6b5c4d3e2f1</id><name>Not the campaign</name>
                        </person></personnelMarket>
                        <gmMode>true</gmMode>
                    </info>
                    <units><unit><entity chassis="Griffin"><location index="2"> Right Torso
                        <currentSystemId>Not a system</currentSystemId></location></entity></unit></units>
                    <locations>
                        <location><currentSystemId>Canopus IV</currentSystemId></location>
                        <location><currentSystemId>Galatea</currentSystemId></location>
                    </locations>
                </campaign>
                """.formatted(ID);
    }

    /** The shape before: a calendar with a time of day, one location. */
    public static String ofOldShape() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <campaign version="0.46.1">
                    <info>
                        <id>%s</id>
                        <name>Copper Lancers</name>
                        <gmMode>false</gmMode>
                        <calendar>3048-08-19 12:00:00</calendar>
                    </info>
                    <location><currentSystemId>Outreach</currentSystemId></location>
                </campaign>
                """.formatted(ID);
    }

    public static Path write(Path folder, String name, String content) {
        return write(folder, name, content.getBytes(StandardCharsets.UTF_8));
    }

    public static Path write(Path folder, String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] gzipped(String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
