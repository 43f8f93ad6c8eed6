from mockserver.checks.forms.missed_pairs import told_pairs


def test_pairs_stand_by_the_value_that_most_of_them_have() -> None:
    missed = [
        "accountIds=one with format=xml",
        "afterDate=exact with format=xml",
        "afterDate=exact with format=csv",
        "afterDate=exact with way=suffix",
        "accountIds=two with who=other",
    ]

    assert list(told_pairs(missed)) == [
        "afterDate=exact with format csv, xml; way suffix",
        "who=other with accountIds two",
        "format=xml with accountIds one",
    ]


def test_no_pair_is_no_line() -> None:
    assert list(told_pairs([])) == []
