package dev.runway.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * The script builds with {@code -Dmaven.test.skip=true}, which makes no jars of tests. In a fresh
 * checkout, where no earlier build has left one, a module that asks for one cannot be built then.
 */
class BuildWithoutTestsTest {
  private static final Path HOME = Path.of("../..");
  private static final String JARS_OF_TESTS =
      "dependencies/dependency[type='test-jar' and groupId='dev.runway']";

  private final XPath xpath = XPathFactory.newInstance().newXPath();

  @Test
  void jarsOfTests_areAskedForOnlyWhereTheyAreMade() throws Exception {
    List<String> faults = new ArrayList<>();
    int jars = 0;
    for (Path pom : poms(HOME)) {
      Document document =
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
      jars += count(document, "//" + JARS_OF_TESTS);
      if (count(document, "/project/" + JARS_OF_TESTS) > 0) {
        faults.add(pom + ": put it into the profile jars-of-tests");
      }
      if (count(
              document,
              "/project/profiles/profile[not(activation/property/name='!maven.test.skip')]/"
                  + JARS_OF_TESTS)
          > 0) {
        faults.add(pom + ": that profile has to be active by !maven.test.skip");
      }
    }

    assertThat(faults).isEmpty();
    assertThat(jars).as("else nothing was looked at").isGreaterThan(5);
  }

  /** Of every module of the build, its own too. */
  private List<Path> poms(Path module) throws Exception {
    Path pom = module.resolve("pom.xml");
    List<Path> poms = new ArrayList<>(List.of(pom));
    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
    NodeList modules =
        (NodeList) xpath.evaluate("/project/modules/module", document, XPathConstants.NODESET);
    for (int i = 0; i < modules.getLength(); i++) {
      poms.addAll(poms(module.resolve(modules.item(i).getTextContent().strip())));
    }
    return poms;
  }

  private int count(Document document, String path) throws Exception {
    return ((NodeList) xpath.evaluate(path, document, XPathConstants.NODESET)).getLength();
  }
}
