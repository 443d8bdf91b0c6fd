// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.CharConversionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.exc.WstxEOFException;
import com.ctc.wstx.exc.WstxLazyException;
import com.ctc.wstx.stax.WstxInputFactory;

import mekhq.distributed.companion.save.SaveException.Problem;
import mekhq.distributed.companion.save.SaveFields.Field;

/**
 * Walks once through a save's XML and stops as soon as nothing more is needed. Used once, by one thread.
 */
final class SaveParser {

    private static final int FIELD_CHARS_MAX = 4_096;
    private static final String INFO = "campaign/info";
    /** {@code currentReport} and, from 0.51 on, one for each subject. */
    private static final Pattern REPORT = Pattern.compile(INFO + "/\\w+Report");
    private static final Pattern REPORT_LINE = Pattern.compile(REPORT.pattern() + "/reportLine");
    private static final XMLInputFactory FACTORY = factory();

    private final BoundedInputStream content;
    private final int depthMax;
    private final SaveFields fields = new SaveFields();
    private final String[] path = new String[SaveFields.DEPTH_MAX];
    private int depth;
    private boolean infoRead;
    /** The depth of the text that is being read; 0 between those that are looked for. */
    private int textDepth;
    /** The field whose text is being read; null where it is a report line. */
    private Field field;
    private final StringBuilder text = new StringBuilder();

    SaveParser(BoundedInputStream content, int depthMax) {
        this.content = content;
        this.depthMax = depthMax;
    }

    /** One that this class names itself, so that no system property or service file brings another parser in. */
    private static XMLInputFactory factory() {
        WstxInputFactory factory = new WstxInputFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setProperty(XMLInputFactory.RESOLVER, null);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, 1 << 20);
        return factory;
    }

    /**
     * Reads the save.
     *
     * @throws SaveException if the save cannot be used
     */
    CampaignSave parse() throws SaveException {
        try {
            walk();
        } catch (WstxEOFException e) {
            throw CampaignSaveReader.unfinished(e);
        } catch (XMLStreamException e) {
            throw toSaveException(e);
        }
        return fields.toSave();
    }

    private void walk() throws XMLStreamException, SaveException {
        XMLStreamReader reader = FACTORY.createXMLStreamReader(content);
        try {
            while (!(infoRead && fields.complete()) && reader.hasNext()) {
                int event = reader.next();
                content.tokenDone();
                switch (event) {
                    case XMLStreamConstants.START_ELEMENT -> start(reader);
                    case XMLStreamConstants.END_ELEMENT -> end();
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> characters(reader);
                    case XMLStreamConstants.DTD -> throw new SaveException(Problem.DTD,
                            "it has a document type definition, which no campaign save has");
                    default -> { }
                }
            }
        } finally {
            reader.close();
        }
    }

    private void start(XMLStreamReader reader) throws SaveException {
        String name = reader.getLocalName();
        depth++;
        if (depth > depthMax) {
            throw new SaveException(Problem.TOO_DEEP, "its elements are nested deeper than " + depthMax);
        }
        if (depth == 1) {
            startRoot(name, reader);
        }
        if (depth <= path.length) {
            path[depth - 1] = name;
            startSought(currentPath());
        }
    }

    private void startRoot(String name, XMLStreamReader reader) throws SaveException {
        if (!name.equals("campaign")) {
            throw new SaveException(Problem.NOT_A_CAMPAIGN, "it is XML, but not a campaign save");
        }
        fields.putVersion(reader.getAttributeValue(null, "version"));
    }

    private void startSought(String at) {
        Field found = SaveFields.at(at);
        boolean inInfo = !infoRead && depth > 2;
        if (inInfo && REPORT.matcher(at).matches()) {
            fields.report().begin();
        } else if (inInfo && REPORT_LINE.matcher(at).matches() || found != null && fields.lacks(found)) {
            field = found;
            textDepth = depth;
            text.setLength(0);
        }
    }

    private void end() {
        if (depth == textDepth) {
            textDepth = 0;
            if (field == null) {
                fields.report().add(text.toString());
            } else {
                fields.put(field, text.toString());
            }
        }
        infoRead |= depth == 2 && currentPath().equals(INFO);
        depth--;
    }

    private void characters(XMLStreamReader reader) throws SaveException, XMLStreamException {
        if (textDepth == 0 || depth != textDepth) {
            return;
        }
        String piece = textOf(reader);
        if (field == null) {
            int room = DailyReport.LINE_BYTES_MAX - text.length();
            text.append(piece, 0, Math.max(0, Math.min(piece.length(), room)));
            return;
        }
        text.append(piece);
        if (text.length() > FIELD_CHARS_MAX) {
            throw new SaveException(Problem.TEXT_TOO_LONG, "its element " + currentPath() + " is longer than "
                    + FIELD_CHARS_MAX + " characters");
        }
    }

    /** The parser reads a long text on only when it is asked for it, and wraps what goes wrong then. */
    private static String textOf(XMLStreamReader reader) throws XMLStreamException {
        try {
            return reader.getText();
        } catch (WstxLazyException e) {
            if (e.getCause() instanceof XMLStreamException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private String currentPath() {
        return String.join("/", Arrays.asList(path).subList(0, depth));
    }

    private static SaveException toSaveException(XMLStreamException e) {
        Throwable cause = e.getNestedException() == null ? e.getCause() : e.getNestedException();
        if (cause instanceof IOException io && !(cause instanceof CharConversionException)) {
            return CampaignSaveReader.toSaveException(io);
        }
        int lineNumber = e.getLocation() == null ? -1 : e.getLocation().getLineNumber();
        return new SaveException(Problem.NOT_XML, "it is not well-formed XML" + line(lineNumber), e);
    }

    private static String line(int number) {
        return number > 0 ? " (line " + number + ")" : "";
    }
}
