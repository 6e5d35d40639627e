"""The modules of Ansible that werf knows, and the words that may stand beside them in a task."""

_MODULES = """
    command shell raw script
    openssl_certificate openssl_csr openssl_privatekey openssl_publickey
    acl archive assemble blockinfile copy file replace find ini_file iso_extract lineinfile stat
    tempfile unarchive xattr
    get_url slurp uri
    bower bundler composer cpanm easy_install gem maven_artifact npm pear pip yarn
    apk apt apt_key apt_repository apt_rpm dnf dpkg_selections debconf homebrew homebrew_cask
    homebrew_tap layman macports openbsd_pkg opkg package pacman pkg5 pkg5_publisher pkgin pkgng
    pkgutil portage portinstall pulp_repo redhat_subscription rhn_channel rhn_register rpm_key
    slackpkg sorcery svr4pkg swdepot swupd urpmi xbps yum yum_repository zypper zypper_repository
    cron user group getent locale_gen timezone
    meta assert debug fail set_fact wait_for
"""
_KEYWORDS = """
    action any_errors_fatal args async become become_exe become_flags become_method become_user
    changed_when check_mode collections connection debugger delay delegate_facts delegate_to diff
    environment failed_when ignore_errors ignore_unreachable local_action loop loop_control
    module_defaults name no_log notify poll port register remote_user retries run_once tags
    throttle timeout until vars when
"""
MODULES = tuple(_MODULES.split())
"""In the order of werf's documentation: commands, crypto, files, net, packages, system, others."""

KEYWORDS = frozenset(_KEYWORDS.split())
"""The keywords of a task, from Ansible's reference of playbook keywords."""

BLOCKS = ("block", "rescue", "always")


def is_keyword(name: str) -> bool:
    """Whether *name* belongs to the task and is not its module; loops are written ``with_*``."""
    return name in KEYWORDS or name.startswith("with_")
