"""The page's form of a method, as a user sees and fills it."""

import xmlrpc.client


class Form:
    """The form of a method: opened, filled in, called."""

    def __init__(self, browser, method):
        self.browser, self.at = browser, '[id="%s"] ' % method
        browser.script('const article = document.querySelector(arguments[0]);'
                       'article.closest("section > details").open = true;'
                       'const details = article.firstElementChild;'
                       'if (!details.open) details.firstElementChild.click()', self.at)
        browser.find(self.at + 'form')

    def part(self, number, selector):
        """A selector within a parameter's field."""
        return '%sform > .field:nth-of-type(%d) %s' % (self.at, number, selector)

    def field(self, number):
        return self.part(number, '.input > :first-child')

    def fill(self, *texts):
        """Fill in the parameters; JSON where a parameter has fields of its own."""
        for number, text in enumerate(texts, 1):
            if text is not None:
                self.as_json(number)
                self.browser.set(self.field(number), text)
        return self

    def as_json(self, number):
        """Show a parameter as JSON where it has fields of its own."""
        self.browser.script(
            'const button = document.querySelector(arguments[0]);'
            'if (button?.textContent === "As JSON") button.click()',
            self.part(number, '.name > .small'))

    def call(self):
        """Press Call; return the text of the result or fault."""
        self.browser.script('document.querySelector(arguments[0]).replaceChildren()',
                            self.at + '.result')
        self.browser.click(self.at + '.go button')
        return self.browser.text(self.at + '.result > :first-child')

    def status(self):
        return self.browser.text(self.at + '.go [role=status]')

    def xml(self, which):
        """The XML 'sent' or 'received'."""
        return self.browser.script(
            'return [...document.querySelectorAll(arguments[0])].find(details =>'
            'details.innerText.includes(arguments[1])).querySelector("code").textContent',
            self.at + '.result > details', 'XML ' + which)

    def arguments(self):
        return xmlrpc.client.loads(self.xml('sent'), use_builtin_types=True)[0]

    def lines(self, language):
        number = ['curl', 'Python', 'PHP', 'JavaScript'].index(language) + 1
        self.browser.click(self.at + 'fieldset label:nth-of-type(%d)' % number)
        return self.browser.script('return document.querySelector(arguments[0]).textContent',
                                   self.at + '.lines pre')


def at(browser, selector):
    """The texts of the elements shown."""
    return [browser.script('return arguments[0].textContent', element)
            for element in browser.all(selector)]
