#include "daemon/accounts/accounts.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/accounts/accounts_edit.h"
#include "daemon/accounts/secrets.h"
#include "tests/daemon/temporary_folder.h"

// The file of accounts: what it may say, and how the command edits it.

using namespace premura;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* hash =
    "$scrypt$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct Loaded {
    Diagnostics diagnostics;
    std::optional<Accounts> accounts;

    explicit Loaded(const std::string& text) : accounts{load_accounts("accounts.yaml", text, diagnostics)} {}
    Lines told() const {
        Lines lines;
        for (const Diagnostic& each : diagnostics.all()) {
            lines.push_back(std::to_string(each.line) + " " + each.code + " " + each.message);
        }
        return lines;
    }
};

std::string bytes_of(std::string_view hexadecimal) {
    std::string bytes;
    for (std::size_t i = 0; i < hexadecimal.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string{hexadecimal.substr(i, 2)}, nullptr, 16));
    }
    return bytes;
}

const std::string one_account = std::string{"version: 1\naccounts:\n  anna:\n    name: Anna\n    roles: [agent, lead]\n"} +
                                "    tenants: [acme-it]\n    language: it\n    password: " + hash + "\n";

}  // namespace

TEST_CASE("passwords are hashed as RFC 7914 says", "[accounts]") {
    // Its third test vector, section 12.
    const PasswordHash known{{14, 8, 1},
                             "SodiumChloride",
                             bytes_of("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                                      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")};
    CHECK(fits("pleaseletmein", known));
    CHECK_FALSE(fits("pleaseletmeiN", known));

    const PasswordHash fresh = hash_password("correct horse", {10, 8, 1});
    const auto again = parse_password_hash(format_password_hash(fresh));
    REQUIRE(again);
    CHECK(again->cost == ScryptCost{10, 8, 1});
    CHECK(fits("correct horse", *again));
    CHECK(hash_password("correct horse", {10, 8, 1}).salt != fresh.salt);
}

TEST_CASE("a hash that protects nothing, or asks for too much, is none", "[accounts]") {
    CHECK(parse_password_hash(hash));
    const std::string rest = std::string{hash}.substr(std::string{"$scrypt$ln=10,r=8,p=1"}.size());
    for (const char* cost : {"ln=9,r=8,p=1", "ln=10,r=7,p=1", "ln=10,r=8,p=17", "ln=20,r=8,p=1", "ln=21,r=8,p=1", "ln=10,r=8",
                             "ln=010x,r=8,p=1", "r=8,ln=10,p=1"}) {
        CHECK_FALSE(parse_password_hash("$scrypt$" + std::string{cost} + rest));
    }
    for (const char* text : {"", "secret", "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA", "$scrypt$ln=10,r=8,p=1$AAAA$AAAA"}) {
        CHECK_FALSE(parse_password_hash(text));
    }
    CHECK_FALSE(parse_password_hash(std::string{hash} + "="));
}

TEST_CASE("an account says who somebody is and what they may do", "[accounts]") {
    const Loaded loaded{one_account + "groups:\n  cc-ops: { roles: ops, tenants: '*' }\n"};
    CHECK(loaded.told().empty());
    REQUIRE(loaded.accounts);
    const Account* anna = loaded.accounts->find("anna");
    REQUIRE(anna != nullptr);
    CHECK(anna->name == "Anna");
    CHECK(anna->grant.roles == std::vector{Role::agent, Role::lead});
    CHECK(anna->grant.tenants == Lines{"acme-it"});
    CHECK_FALSE(anna->grant.all_tenants);
    CHECK(anna->grant.language == "it");
    CHECK_FALSE(anna->disabled);
    CHECK(loaded.accounts->find("Anna") == nullptr);
    CHECK(loaded.accounts->grant_of({"cc-ops"})->all_tenants);
}

TEST_CASE("what is wrong with accounts is told with its place, and no password with it", "[accounts]") {
    const Loaded loaded{
        "version: 2\naccounts:\n  Anna:\n    name: A\n    roles: [agent, boss]\n    tenants: acme-it\n"
        "    password: correct horse battery\n  bruno:\n    roles: []\n    tennants: acme-it\n  carla:\n"
        "    name: C\n    roles: ops\n    tenants: Acme\n    language: italiano!\ngroups:\n  'a,b': { roles: ops, tenants: '*' }\n"};
    CHECK_FALSE(loaded.accounts);
    CHECK(loaded.told() == Lines{"1 PR014 version '2' is not known",
                                 "3 PR340 'Anna' cannot be a user",
                                 "5 PR107 a role cannot be 'boss'",
                                 "7 PR341 this is no hash of a password",
                                 "10 PR101 the account 'bruno' has no key 'tennants'",
                                 "9 PR102 the account 'bruno' has no 'name'",
                                 "9 PR103 'roles' is an empty list",
                                 "9 PR102 the account 'bruno' has no 'tenants'",
                                 "14 PR110 'Acme' cannot be a tenant",
                                 "15 PR344 'italiano!' is no language",
                                 "17 PR343 this cannot be a group"});
    for (const Diagnostic& each : loaded.diagnostics.all()) {
        CHECK(format_text(each, false).find("horse") == std::string::npos);
    }
}

TEST_CASE("the first group says the roles, and groups with the same ones add tenants", "[accounts]") {
    const Loaded loaded{
        "version: 1\ngroups:\n  lead-it: { roles: lead, tenants: acme-it, language: it }\n"
        "  agents-uk: { roles: agent, tenants: acme-uk }\n  agents-it: { roles: agent, tenants: [acme-it, acme-uk] }\n"};
    REQUIRE(loaded.accounts);
    const auto agent = loaded.accounts->grant_of({"agents-it", "agents-uk", "others"});
    REQUIRE(agent);
    CHECK(agent->tenants == Lines{"acme-uk", "acme-it"});
    // Lead of one brand and agent of another is not lead of both.
    const auto both = loaded.accounts->grant_of({"agents-uk", "lead-it"});
    REQUIRE(both);
    CHECK(both->roles == std::vector{Role::lead});
    CHECK(both->tenants == Lines{"acme-it"});
    CHECK_FALSE(loaded.accounts->grant_of({"others"}));
}

TEST_CASE("a file that others may read is not taken", "[accounts]") {
    TemporaryFolder folder;
    const std::string file = folder.file("accounts.yaml");
    std::ofstream{file} << one_account;
    for (const mode_t mode : {0640, 0604, 0620}) {
        ::chmod(file.c_str(), mode);
        Diagnostics diagnostics;
        CHECK_FALSE(read_accounts(file, false, diagnostics));
        REQUIRE(diagnostics.all().size() == 1);
        CHECK(diagnostics.all()[0].code == "PR342");
        CHECK(diagnostics.all()[0].hint == "chmod 600 " + file);
        CHECK(read_accounts(file, true, diagnostics));
    }
    ::chmod(file.c_str(), 0600);
    Diagnostics diagnostics;
    CHECK(read_accounts(file, false, diagnostics));
}

TEST_CASE("the command edits a file and leaves all else as it is", "[accounts]") {
    const std::string before =
        "# our people\nversion: 1\naccounts:\n    anna:   # since May\n        name: Anna\n        roles: [agent]\n"
        "        tenants: [acme-it]\n\n# from the provider\ngroups:\n    cc: { roles: ops, tenants: '*' }\n";
    const NewAccount bruno{"bruno", "Bruno \"B\" N\u00fa\u00f1ez", {Role::agent, Role::lead}, {"acme-it", "*"}, "it", hash};
    const std::string added = with_account("accounts.yaml", before, bruno);
    CHECK(added ==
          "# our people\nversion: 1\naccounts:\n    anna:   # since May\n        name: Anna\n        roles: [agent]\n"
          "        tenants: [acme-it]\n    \"bruno\":\n        name: \"Bruno \\\"B\\\" N\u00fa\u00f1ez\"\n        roles: [agent, lead]\n"
          "        tenants: [\"acme-it\", \"*\"]\n        language: it\n        password: " + std::string{hash} +
              "\n\n# from the provider\ngroups:\n    cc: { roles: ops, tenants: '*' }\n");
    const Loaded loaded{added};
    REQUIRE(loaded.accounts);
    CHECK(loaded.accounts->find("bruno")->name == bruno.name);
    CHECK_THROWS_WITH(with_account("accounts.yaml", added, bruno), "accounts.yaml has an account 'bruno' already");

    const std::string disabled = with_disabled("accounts.yaml", before, "anna", true);
    CHECK(disabled ==
          "# our people\nversion: 1\naccounts:\n    anna:   # since May\n        disabled: true\n        name: Anna\n        roles: [agent]\n"
          "        tenants: [acme-it]\n\n# from the provider\ngroups:\n    cc: { roles: ops, tenants: '*' }\n");
    CHECK(Loaded{disabled}.accounts->find("anna")->disabled);
    CHECK_FALSE(Loaded{with_disabled("accounts.yaml", disabled, "anna", false)}.accounts->find("anna")->disabled);
    CHECK(Loaded{with_password("accounts.yaml", before, "anna", hash)}.accounts->find("anna")->password);
    CHECK_THROWS_WITH(with_disabled("accounts.yaml", before, "nobody", true), "accounts.yaml has no account 'nobody'");
}

TEST_CASE("a new file is its owner's alone", "[accounts]") {
    TemporaryFolder folder;
    const std::string file = folder.file("accounts.yaml");
    const auto add = [&file](const std::string& user) {
        edit_accounts_file(file, true, [&](const std::string& text) {
            return with_account(file, text, {user, "N", {Role::agent}, {"acme-it"}, "en", hash});
        });
    };
    add("anna");
    add("bruno");
    add("2nd");
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    Diagnostics diagnostics;
    const auto accounts = read_accounts(file, false, diagnostics);
    REQUIRE(accounts);
    CHECK(accounts->by_user.size() == 3);

    // An edit that fails leaves the file as it was.
    CHECK_THROWS_AS(add("Not A User"), AccountsEditError);
    Diagnostics later;
    CHECK(read_accounts(file, false, later)->by_user.size() == 3);
    CHECK_THROWS_WITH(edit_accounts_file(folder.file("none.yaml"), false, [](const std::string& text) { return text; }),
                      "there is no " + folder.file("none.yaml"));
}

TEST_CASE("bytes are written as text in one way alone", "[accounts]") {
    for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
        CHECK(from_base64url(base64url(bytes)) == bytes);
        CHECK(from_base64_unpadded(base64_unpadded(bytes)) == bytes);
    }
    CHECK(base64url("foob") == "Zm9vYg");
    CHECK(base64url("\xff\xfe\xfd") == "__79");
    for (const char* text : {"Z", "Zh", "Zm9vYh", "Zm8=", "Zm 8"}) CHECK_FALSE(from_base64url(text));
}
